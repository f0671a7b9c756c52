// JSON as it is written by hand where a document is too large to be built as a
// tree first.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_JSON_TEXT_H_
#define KNOTESTAT_ANALYSIS_FLAME_JSON_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace knotestat::flame {

// Appends `text` as a JSON string. Valid UTF-8 stays what it is; each byte that
// is none becomes the four characters \xHH. Also '<' is escaped, so that the
// string may stand in a page's script.
void AppendJsonString(std::string* out, std::string_view text);

// Appends "[a,b,c]".
template <class Number>
void AppendJsonArray(std::string* out, const std::vector<Number>& numbers) {
  *out += '[';
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) *out += ',';
    absl::StrAppend(out, numbers[i]);
  }
  *out += ']';
}

// Appends an array of `length` times `literal`.
void AppendRepeated(std::string* out, std::string_view literal, size_t length);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_JSON_TEXT_H_

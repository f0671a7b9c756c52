// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/json_text.h"

#include <cstdio>

#include "analysis/flame/svg_text.h"

namespace knotestat::flame {

void AppendJsonString(std::string* out, std::string_view text) {
  *out += '"';
  while (!text.empty()) {
    const size_t bytes = Utf8Bytes(text);
    const auto first = static_cast<unsigned char>(text[0]);
    char escaped[8];
    if (bytes == 0) {
      std::snprintf(escaped, sizeof escaped, "\\\\x%02x",
                    static_cast<unsigned>(first));
      *out += escaped;
    } else if (first < 0x20 || first == 0x7f || first == '<') {
      std::snprintf(escaped, sizeof escaped, "\\u%04x",
                    static_cast<unsigned>(first));
      *out += escaped;
    } else {
      if (first == '"' || first == '\\') *out += '\\';
      out->append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  *out += '"';
}

void AppendRepeated(std::string* out, std::string_view literal, size_t length) {
  *out += '[';
  for (size_t i = 0; i < length; ++i) {
    if (i > 0) *out += ',';
    out->append(literal);
  }
  *out += ']';
}

}  // namespace knotestat::flame

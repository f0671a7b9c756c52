// "Did you mean ...?"
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_NEAREST_H_
#define KNOTESTAT_CLI_NEAREST_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace knotestat::cli {

// The member of `known` with the smallest edit distance (Levenshtein) to
// `name`; empty if none is close enough to be a slip.
std::string Nearest(std::string_view name, std::span<const std::string> known);

// kInvalidArgument: "unknown KIND 'NAME'; did you mean 'X'? Known: a, b, c". If
// `known` are too many for a sentence, it says `where_listed` in their place,
// unless that is empty.
absl::Status Unknown(std::string_view kind, std::string_view name,
                     std::span<const std::string> known,
                     std::string_view where_listed = "");

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_NEAREST_H_

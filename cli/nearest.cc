// SPDX-License-Identifier: BSD-2-Clause
#include "cli/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace knotestat::cli {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string Nearest(std::string_view name, std::span<const std::string> known) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, name.size() / 2) + 1;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

absl::Status Unknown(std::string_view kind, std::string_view name,
                     std::span<const std::string> known,
                     std::string_view where_listed) {
  constexpr size_t kMostNamed = 12;
  const std::string nearest = Nearest(name, known);
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown ", std::string(kind), " '", std::string(name), "'",
      nearest.empty() ? "." : absl::StrCat("; did you mean '", nearest, "'?"),
      known.size() > kMostNamed && !where_listed.empty()
          ? absl::StrCat(" ", std::string(where_listed))
          : absl::StrCat(" Known: ", absl::StrJoin(known, ", "))));
}

}  // namespace knotestat::cli

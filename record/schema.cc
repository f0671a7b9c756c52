// SPDX-License-Identifier: BSD-2-Clause
#include "record/schema.h"

#include <array>
#include <utility>

namespace knotestat::record {
namespace {

constexpr std::array<std::pair<BlockKind, std::string_view>, 4> kKinds = {{
    {BlockKind::kMean, "mean"},
    {BlockKind::kBare, "bare"},
    {BlockKind::kProbed, "probed"},
    {BlockKind::kLatency, "latency"},
}};

}  // namespace

std::string_view NameOf(BlockKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "";  // refused by the table's CHECK
}

std::optional<BlockKind> BlockKindOf(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace knotestat::record

// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/wait_chains.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace knotestat::dashboards {
namespace {

std::vector<std::string> FramesOfWait(const std::string& folded) {
  return absl::StrSplit(folded, ';', absl::SkipEmpty());
}

// The waits of `text`, without times; empty if it is none.
std::vector<WaitOfChain> WaitsOf(const std::string& text) {
  std::vector<WaitOfChain> waits;
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (const std::string& line : lines) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() != 3) return {};
    waits.push_back({.waits = FramesOfWait(fields[0]),
                     .lock = fields[1],
                     .wakes = FramesOfWait(fields[2])});
  }
  return waits;
}

}  // namespace

absl::StatusOr<std::vector<WaitChain>> WaitChains(const record::Run& run) {
  std::map<std::pair<int, std::string>, WaitChain> chains;
  for (const record::WaitLink& row : run.rows.wait_links) {
    const auto [entry, is_new] = chains.try_emplace({row.cell, row.chain});
    WaitChain& chain = entry->second;
    if (is_new) {
      chain.cell = row.cell;
      chain.waits = WaitsOf(row.chain);
    }
    if (row.link < 0 || static_cast<size_t>(row.link) >= chain.waits.size()) {
      return absl::DataLossError(absl::StrCat(
          "cell ", row.cell, " has wait ", row.link, " of a chain of ",
          chain.waits.size(), ": the table wait_links is damaged"));
    }
    WaitOfChain& wait = chain.waits[static_cast<size_t>(row.link)];
    if (row.link == 0) chain.count += row.count;
    wait.total_ns += row.total_ns;
    wait.max_ns = std::max(wait.max_ns, row.max_ns);
  }
  std::vector<WaitChain> sorted;
  for (auto& [key, chain] : chains) sorted.push_back(std::move(chain));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const WaitChain& a, const WaitChain& b) {
                     return a.total_ns() > b.total_ns();
                   });
  return sorted;
}

}  // namespace knotestat::dashboards

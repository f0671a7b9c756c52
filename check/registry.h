// The strategies that can be checked, each with its programs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_REGISTRY_H_
#define KNOTESTAT_CHECK_REGISTRY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/programs/programs.h"

namespace knotestat::check {

struct StrategyEntry {
  std::string name;            // "epoch", or "rwlock:klist" at another scope
  bool safe = true;            // what it promises: nothing is to be found
  std::string_view mutant_of;  // a strategy with a planted fault; else empty
  std::vector<ProgramEntry> programs;
  // Of a plug-in: in front of knote/ and check/ in the names of knotestat's
  // headers, where its compiler found them.
  std::optional<std::string> headers = std::nullopt;
};

// Constructed statically, one in a file of check/strategies.
class StrategyRegistration {
 public:
  explicit StrategyRegistration(StrategyEntry entry);
};

// All but mutants, by name.
std::vector<const StrategyEntry*> Strategies();
// Those with a planted fault, by name.
std::vector<const StrategyEntry*> MutantStrategies();
// By name, mutants too; null if there is none.
const StrategyEntry* FindStrategy(std::string_view name);
// Null if there is none.
const ProgramEntry* FindProgram(const StrategyEntry& strategy,
                                std::string_view name);

// A mechanism at its default scope.
template <class S>
StrategyEntry EntryOf() {
  return {std::string(S::kInfo.name), S::kInfo.safe, {}, ProgramsOf<S>()};
}

// At another one: NAME:SCOPE.
template <class S>
StrategyEntry ScopedEntryOf() {
  StrategyEntry entry = EntryOf<S>();
  entry.name.append(":").append(S::kInfo.scope);
  return entry;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_REGISTRY_H_

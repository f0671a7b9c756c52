// SPDX-License-Identifier: BSD-2-Clause
#include "check/registry.h"

#include <algorithm>
#include <deque>

namespace knotestat::check {
namespace {

std::deque<StrategyEntry>& Registry() {
  static std::deque<StrategyEntry> registry;
  return registry;
}

std::vector<const StrategyEntry*> Sorted(bool mutants) {
  std::vector<const StrategyEntry*> entries;
  for (const StrategyEntry& entry : Registry()) {
    if (entry.mutant_of.empty() != mutants) entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](auto* a, auto* b) { return a->name < b->name; });
  return entries;
}

}  // namespace

StrategyRegistration::StrategyRegistration(StrategyEntry entry) {
  Registry().push_back(std::move(entry));
}

std::vector<const StrategyEntry*> Strategies() { return Sorted(false); }
std::vector<const StrategyEntry*> MutantStrategies() { return Sorted(true); }

const StrategyEntry* FindStrategy(std::string_view name) {
  for (const StrategyEntry& entry : Registry()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

const ProgramEntry* FindProgram(const StrategyEntry& strategy,
                                std::string_view name) {
  for (const ProgramEntry& program : strategy.programs) {
    if (program.name == name) return &program;
  }
  return nullptr;
}

}  // namespace knotestat::check

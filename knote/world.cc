// SPDX-License-Identifier: BSD-2-Clause
#include "knote/world.h"

#include <algorithm>

#include "knote/env/hw_env.h"

namespace knote {
namespace {

std::vector<StrategyEntry>& AllStrategies() {
  static std::vector<StrategyEntry> registry;
  return registry;
}

int Rank(const StrategyInfo& info) {
  switch (info.group) {
    case Group::kControl:
      return 0;
    case Group::kOwn:
      return 1;
    case Group::kPeer:
      return 2;
  }
  return 3;
}

}  // namespace

StrategyRegistration::StrategyRegistration(const StrategyEntry& entry) {
  auto& registry = AllStrategies();
  const auto before = [](const StrategyEntry& a, const StrategyEntry& b) {
    return std::pair(Rank(a.info), a.info.name) <
           std::pair(Rank(b.info), b.info.name);
  };
  registry.insert(
      std::upper_bound(registry.begin(), registry.end(), entry, before), entry);
}

const std::vector<StrategyEntry>& Strategies() { return AllStrategies(); }

const StrategyEntry* FindStrategy(std::string_view name) {
  for (const auto& entry : AllStrategies()) {
    if (entry.info.name == name) return &entry;
  }
  return nullptr;
}

std::optional<std::string> StrategyUnavailable(const StrategyInfo& info) {
  if (info.needs_heavy_fence) {
    if (auto missing = HwEnv::HeavyFenceMissing()) return missing;
  }
  if (info.needs_percpu) {
    if (auto missing = HwEnv::PercpuMissing()) return missing;
  }
  return std::nullopt;
}

std::optional<std::string> LoadForbidden(const StrategyInfo& info,
                                         const Load& load) {
  if (load.hold_ns != 0 && load.hold_sleeps && !info.reader_may_block) {
    return std::string(info.name) +
           " does not allow a reader to sleep in its section, and this load "
           "does";
  }
  return std::nullopt;
}

bool SubmitNeedsContract(const StrategyInfo& info, const Load& load) {
  if (!info.covers_submit) return true;
  const bool others = load.mix[static_cast<size_t>(Path::kScan)] != 0 ||
                      load.mix[static_cast<size_t>(Path::kRegister)] != 0;
  return others && !info.enter_under_spin_lock;
}

}  // namespace knote

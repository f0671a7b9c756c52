// SPDX-License-Identifier: BSD-2-Clause
#include "knote/world.h"

#include <algorithm>
#include <tuple>

#include "knote/env/hw_env.h"

// From cmake/Peers.cmake.
#ifndef KNOTESTAT_MISSING_PEERS
#define KNOTESTAT_MISSING_PEERS
#endif

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

// Wider scopes first.
int Width(std::string_view scope) {
  return scope == "global" ? 0 : scope == "klist" ? 1 : 2;
}

auto Order(const StrategyInfo& info) {
  return std::tuple(Rank(info), info.name, Width(info.scope));
}

}  // namespace

StrategyRegistration::StrategyRegistration(const StrategyEntry& entry) {
  auto& registry = AllStrategies();
  const auto before = [](const StrategyEntry& a, const StrategyEntry& b) {
    return Order(a.info) < Order(b.info);
  };
  auto added = registry.insert(
      std::upper_bound(registry.begin(), registry.end(), entry, before), entry);
  added->info.bytes_per_klist +=
      entry.info.bytes_per_klist_and_cpu * HwEnv::CpuLimit();
}

const std::vector<StrategyEntry>& Strategies() { return AllStrategies(); }

const StrategyEntry* FindStrategy(std::string_view name) {
  const size_t colon = name.find(':');
  for (const auto& entry : AllStrategies()) {
    if (entry.info.name != name.substr(0, colon)) continue;
    if (colon == name.npos || entry.info.scope == name.substr(colon + 1))
      return &entry;
  }
  return nullptr;
}

std::string StrategyTitle(const StrategyInfo& info) {
  const StrategyEntry* standard = FindStrategy(info.name);
  std::string title(info.name);
  if (standard != nullptr && standard->info.scope != info.scope)
    title.append(":").append(info.scope);
  return title;
}

std::vector<MissingPeer> MissingPeers() {
  static constexpr MissingPeer kMissing[] = {
      KNOTESTAT_MISSING_PEERS{"", ""}  // ends with a comma, if not empty
  };
  return {std::begin(kMissing), std::end(kMissing) - 1};
}

std::optional<std::string> StrategyUnavailable(const StrategyInfo& info) {
  if (info.needs_heavy_fence) {
    if (auto missing = HwEnv::HeavyFenceMissing()) return missing;
  }
  if (info.needs_restart_fence) {
    if (auto missing = HwEnv::RestartFenceMissing()) return missing;
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
  if (!load.mpsafe && load.mix[static_cast<size_t>(Path::kSubmit)] != 0) {
    return "a submission holds the object lock when f_event takes KERNEL_LOCK, "
           "and other paths take them in the other order: leave submit out of "
           "--mix";
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

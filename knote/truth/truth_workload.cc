// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

#include <algorithm>

namespace knote::truth {
namespace {

std::vector<TruthWorkload>& AllTruthWorkloads() {
  static std::vector<TruthWorkload> registry;
  return registry;
}

}  // namespace

TruthWorkloadRegistration::TruthWorkloadRegistration(
    const TruthWorkload& workload) {
  auto& registry = AllTruthWorkloads();
  registry.insert(
      std::upper_bound(registry.begin(), registry.end(), workload,
                       [](const TruthWorkload& a, const TruthWorkload& b) {
                         return a.name < b.name;
                       }),
      workload);
}

const std::vector<TruthWorkload>& TruthWorkloads() {
  return AllTruthWorkloads();
}

const TruthWorkload* FindTruthWorkload(std::string_view name) {
  for (const TruthWorkload& workload : AllTruthWorkloads()) {
    if (workload.name == name) return &workload;
  }
  return nullptr;
}

bool Promised(const TruthWorkload& workload, const StrategyInfo& info) {
  return info.safe && !workload.control &&
         (workload.promise == nullptr || info.*workload.promise);
}

std::string_view ExpectedOf(const TruthWorkload& workload,
                            const StrategyInfo& info) {
  return workload.control           ? "caught"
         : Promised(workload, info) ? "kept"
                                    : "may fail";
}

}  // namespace knote::truth

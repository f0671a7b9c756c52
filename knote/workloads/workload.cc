// SPDX-License-Identifier: BSD-2-Clause
#include "knote/workloads/workload.h"

#include <algorithm>

namespace knote {
namespace {

std::vector<Workload>& AllWorkloads() {
  static std::vector<Workload> registry;
  return registry;
}

}  // namespace

WorkloadRegistration::WorkloadRegistration(const Workload& workload) {
  auto& registry = AllWorkloads();
  registry.insert(std::upper_bound(registry.begin(), registry.end(), workload,
                                   [](const Workload& a, const Workload& b) {
                                     return a.name < b.name;
                                   }),
                  workload);
}

const std::vector<Workload>& Workloads() { return AllWorkloads(); }

const Workload* FindWorkload(std::string_view name) {
  for (const Workload& workload : AllWorkloads()) {
    if (workload.name == name) return &workload;
  }
  return nullptr;
}

}  // namespace knote

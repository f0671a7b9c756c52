// SPDX-License-Identifier: BSD-2-Clause
#include "collector/topology.h"

#include <hwloc.h>
#include <sched.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace knotestat::collector {
namespace {

struct TopologyDeleter {
  void operator()(hwloc_topology* topology) const {
    hwloc_topology_destroy(topology);
  }
};
using Topology = std::unique_ptr<hwloc_topology, TopologyDeleter>;

// Which of its core's SMT threads a PU is: 0 for the first.
int SmtIndex(hwloc_topology* topology, hwloc_obj_t pu) {
  hwloc_obj_t core =
      hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
  if (core == nullptr) return 0;
  int index = 0;
  for (hwloc_obj_t other = hwloc_get_next_obj_inside_cpuset_by_type(
           topology, core->cpuset, HWLOC_OBJ_PU, nullptr);
       other != nullptr && other != pu;
       other = hwloc_get_next_obj_inside_cpuset_by_type(topology, core->cpuset,
                                                        HWLOC_OBJ_PU, other))
    ++index;
  return index;
}

}  // namespace

absl::StatusOr<std::vector<int>> CpuOrder() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0)
    return absl::InternalError("hwloc cannot start");
  Topology topology(raw);
  if (hwloc_topology_load(raw) != 0)
    return absl::InternalError("hwloc cannot read this machine's topology");

  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const bool real = hwloc_topology_is_thissystem(raw) != 0;
  if (real && sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
    return absl::InternalError(
        absl::StrCat("sched_getaffinity: ", std::strerror(errno)));

  // Logical order keeps neighbours together.
  std::vector<std::pair<int, int>> by_smt;  // SMT index, CPU
  for (hwloc_obj_t pu = hwloc_get_next_obj_by_type(raw, HWLOC_OBJ_PU, nullptr);
       pu != nullptr; pu = hwloc_get_next_obj_by_type(raw, HWLOC_OBJ_PU, pu)) {
    const int cpu = static_cast<int>(pu->os_index);
    if (real && !CPU_ISSET(static_cast<size_t>(cpu), &allowed)) continue;
    by_smt.emplace_back(SmtIndex(raw, pu), cpu);
  }
  std::stable_sort(by_smt.begin(), by_smt.end(),
                   [](auto a, auto b) { return a.first < b.first; });
  std::vector<int> order;
  for (const auto& [smt, cpu] : by_smt) order.push_back(cpu);
  if (order.empty())
    return absl::InternalError("hwloc reports no CPU that may be used");
  return order;
}

absl::StatusOr<std::vector<int>> ParseCpuCounts(std::string_view text,
                                                int available,
                                                bool oversubscribe) {
  std::set<int> counts;
  if (text == "all") {
    for (int n = 1; n < available; n *= 2) counts.insert(n);
    counts.insert(available);
  }
  for (absl::string_view part :
       text == "all"
           ? std::vector<absl::string_view>{}
           : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    int count = 0;
    if (!absl::SimpleAtoi(part, &count) || count < 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--cpus: '", std::string(part),
          "' is not a number of CPUs; give a list such as 1,2,4, or 'all'"));
    }
    if (count > available && !oversubscribe) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--cpus: ", count, " CPUs asked for, ", available,
          " there; give at most ", available,
          ", or add --oversubscribe to run several threads on a CPU"));
    }
    counts.insert(count);
  }
  return std::vector<int>(counts.begin(), counts.end());
}

std::vector<int> CpusOf(const std::vector<int>& order, int count) {
  const auto taken = std::min(order.size(), static_cast<size_t>(count));
  return {order.begin(), order.begin() + static_cast<ptrdiff_t>(taken)};
}

std::string CpuListName(const std::vector<int>& cpus) {
  return absl::StrJoin(cpus, ",");
}

absl::Status BindThread(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int cpu : cpus) CPU_SET(static_cast<size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof(set), &set) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot run on CPUs ", CpuListName(cpus), ": ", std::strerror(errno)));
}

}  // namespace knotestat::collector

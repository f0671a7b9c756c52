// SPDX-License-Identifier: BSD-2-Clause
#include "collector/topology.h"

#include <hwloc.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
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

// Where a CPU is: numbers within what holds it, the first is 0.
struct Place {
  int package = 0;
  int l3 = 0;    // in its package
  int core = 0;  // in its L3
  int smt = 0;   // in its core
  int cpu = 0;   // as the kernel numbers it
};

using Key = std::array<int, 4>;

// The order of CPUs is that of their keys.
struct NamedOrder {
  std::string_view name;
  Key (*key)(const Place&);
  bool (*takes)(const Place&) = [](const Place&) { return true; };
};

constexpr NamedOrder kOrders[] = {
    {"compact",
     [](const Place& p) {
       return Key{p.smt, p.package, p.l3, p.core};
     }},
    {"scatter",
     [](const Place& p) {
       return Key{p.smt, p.core, p.l3, p.package};
     }},
    {"l3",
     [](const Place& p) {
       return Key{p.package, p.l3, 0, 0};
     },
     [](const Place& p) { return p.core == 0 && p.smt == 0; }},
    {"siblings",
     [](const Place& p) {
       return Key{p.package, p.l3, p.core, p.smt};
     }},
};

absl::StatusOr<const NamedOrder*> FindOrder(std::string_view name) {
  std::string known;
  for (const NamedOrder& order : kOrders) {
    if (order.name == name) return &order;
    absl::StrAppend(&known, known.empty() ? "" : ", ", std::string(order.name));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--cpu-order: unknown order '", std::string(name), "'. Known: ", known));
}

absl::StatusOr<Topology> LoadTopology() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0)
    return absl::InternalError("hwloc cannot start");
  Topology topology(raw);
  if (hwloc_topology_load(raw) != 0)
    return absl::InternalError("hwloc cannot read this machine's topology");
  return topology;
}

// The object of `type` around `pu`; one that the machine does not have is
// taken to be the machine itself.
hwloc_obj_t Around(hwloc_topology* topology, hwloc_obj_t pu,
                   hwloc_obj_type_t type) {
  hwloc_obj_t found = hwloc_get_ancestor_obj_by_type(topology, type, pu);
  return found != nullptr ? found : hwloc_get_root_obj(topology);
}

// Counts, in the order in which they first come, the `inner` that were seen in
// each `outer`.
class Numbering {
 public:
  int Of(hwloc_obj_t outer, hwloc_obj_t inner) {
    auto& known = numbers_[outer];
    return known.emplace(inner, static_cast<int>(known.size())).first->second;
  }

 private:
  std::map<hwloc_obj_t, std::map<hwloc_obj_t, int>> numbers_;
};

// Every CPU for which `may_use(cpu)`, in logical order, which keeps neighbours
// together.
template <class MayUse>
std::vector<Place> Places(hwloc_topology* topology, MayUse may_use) {
  Numbering packages, caches, cores, threads;
  std::vector<Place> places;
  hwloc_obj_t root = hwloc_get_root_obj(topology);
  for (hwloc_obj_t pu =
           hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, nullptr);
       pu != nullptr;
       pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu)) {
    if (!may_use(static_cast<int>(pu->os_index))) continue;
    const hwloc_obj_t package = Around(topology, pu, HWLOC_OBJ_PACKAGE);
    const hwloc_obj_t l3 = Around(topology, pu, HWLOC_OBJ_L3CACHE);
    hwloc_obj_t core =
        hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
    if (core == nullptr) core = pu;
    places.push_back({.package = packages.Of(root, package),
                      .l3 = caches.Of(package, l3),
                      .core = cores.Of(l3, core),
                      .smt = threads.Of(core, pu),
                      .cpu = static_cast<int>(pu->os_index)});
  }
  return places;
}

}  // namespace

absl::StatusOr<std::vector<int>> CpuOrder(std::string_view name) {
  const auto order = FindOrder(name);
  if (!order.ok()) return order.status();
  const auto topology = LoadTopology();
  if (!topology.ok()) return topology.status();

  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const bool real = hwloc_topology_is_thissystem(topology->get()) != 0;
  if (real && sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
    return absl::InternalError(
        absl::StrCat("sched_getaffinity: ", std::strerror(errno)));

  std::vector<Place> places = Places(topology->get(), [&](int cpu) {
    return !real || CPU_ISSET(static_cast<size_t>(cpu), &allowed);
  });
  std::stable_sort(places.begin(), places.end(),
                   [&](const Place& a, const Place& b) {
                     return (*order)->key(a) < (*order)->key(b);
                   });
  std::vector<int> cpus;
  for (const Place& place : places) {
    if ((*order)->takes(place)) cpus.push_back(place.cpu);
  }
  if (cpus.empty())
    return absl::InternalError("hwloc reports no CPU that may be used");
  return cpus;
}

bool TopologyIsReal() {
  const auto topology = LoadTopology();
  return !topology.ok() || hwloc_topology_is_thissystem(topology->get()) != 0;
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

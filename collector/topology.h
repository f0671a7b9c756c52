// The machine's CPUs, and which of them a cell runs on.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TOPOLOGY_H_
#define KNOTESTAT_COLLECTOR_TOPOLOGY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace knotestat::collector {

// CPU numbers in the order in which cells take them; only CPUs that this
// process may use. Orders by name:
//   compact   neighbours that share caches first, but a core's second SMT
//             thread only after every core has its first
//   scatter   as far apart as can be: packages take turns, in them L3 caches;
//             SMT siblings last
//   l3        one CPU for each L3 cache, no others
//   siblings  compact, with the SMT threads of a core together
// kInvalidArgument for any other name.
absl::StatusOr<std::vector<int>> CpuOrder(std::string_view name = "compact");

// Whether hwloc describes this machine; false under HWLOC_SYNTHETIC and such,
// whose CPUs nothing can run on.
bool TopologyIsReal();

// "1,2,4" or "all" (1, 2, 4, ... and `available`) as CPU counts, ascending and
// without repeats. kInvalidArgument for anything else, or for more CPUs than
// `available` unless `oversubscribe`.
absl::StatusOr<std::vector<int>> ParseCpuCounts(std::string_view text,
                                                int available,
                                                bool oversubscribe);

// The CPUs of a cell of `count`: the first ones of `order`.
std::vector<int> CpusOf(const std::vector<int>& order, int count);

// "0,1,4".
std::string CpuListName(const std::vector<int>& cpus);

// Binds the calling thread. kFailedPrecondition if the kernel refuses.
absl::Status BindThread(const std::vector<int>& cpus);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TOPOLOGY_H_

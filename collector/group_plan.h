// What a group is: cells that differ only in their strategy, and are measured
// interleaved.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_GROUP_PLAN_H_
#define KNOTESTAT_COLLECTOR_GROUP_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "knote/world.h"

namespace knotestat::collector {

struct GroupPlan {
  std::vector<const knote::StrategyEntry*> strategies;
  std::string workload;
  knote::Load load;
  int cpu_count = 1;                 // as asked for
  std::vector<int> cpus;             // CPU numbers; fewer if oversubscribed
  std::optional<int> writer_cpu;     // beside `cpus`; else any of them
  double seconds = 2;                // of measuring, per strategy
  double detach_hz = 0;              // klist_fini per second; 0: none
  std::optional<uint64_t> detaches;  // exactly so many per strategy
  bool anyway = false;               // also strategies that forbid the load
  int sample_hz = 99;                // at most, for on-CPU stacks
  int first_cell = 0;                // id of the first strategy's cell
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_GROUP_PLAN_H_

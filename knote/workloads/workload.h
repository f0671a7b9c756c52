// A workload: a load with a name, and the question it stands for.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_WORKLOADS_WORKLOAD_H_
#define KNOTESTAT_KNOTE_WORKLOADS_WORKLOAD_H_

#include <string_view>
#include <vector>

#include "knote/world.h"

namespace knote {

struct Workload {
  std::string_view name;      // "submit"
  std::string_view summary;   // one line
  std::string_view question;  // what a figure of it answers
  std::string_view expected;  // of which strategies; a sentence or two
  Mix mix = {0, 1, 0};
  bool one_process = false;  // of as many threads as CPUs; else the reverse
  int threads_per_cpu = 1;
  int devices_per_thread = 4;
  int knotes_per_device = 1;
  uint64_t hold_ns = 0;
  bool hold_sleeps = false;
  bool mpsafe = true;      // else f_event runs under KERNEL_LOCK
  double detach_hz = 500;  // klist_fini per second, open loop
};

// Workloads register themselves, one file each.
class WorkloadRegistration {
 public:
  explicit WorkloadRegistration(const Workload& workload);
};

// All workloads, by name.
const std::vector<Workload>& Workloads();

// Null if there is none of that name.
const Workload* FindWorkload(std::string_view name);

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_WORKLOADS_WORKLOAD_H_

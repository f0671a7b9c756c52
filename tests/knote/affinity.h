// On which CPUs a test's threads run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_AFFINITY_H_
#define KNOTESTAT_TESTS_KNOTE_AFFINITY_H_

#include <sched.h>

#include <vector>

namespace knote {

// The CPUs that this process may use.
inline std::vector<int> AllowedCpus() {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  }
  return cpus;
}

// The calling thread runs on this CPU from now on.
inline void MoveTo(int cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  sched_setaffinity(0, sizeof only, &only);
}

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_AFFINITY_H_

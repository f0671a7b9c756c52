// How often, and for how long, a CPU is away from a thread that never sleeps:
// interrupts, other threads, and what a hypervisor does meanwhile, of which
// steal time shows the least part.
//
// Origin: a loop that reads the clock and looks for gaps, as Linux's hwlat and
// osnoise tracers and cyclictest's relatives do; it needs no privilege.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_INTERRUPTIONS_H_
#define KNOTESTAT_COLLECTOR_INTERRUPTIONS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "collector/timer.h"
#include "record/run.h"

namespace knotestat::collector {

struct Interruptions {
  double watched_ns = 0;  // of all CPUs together
  // Of over 1 us, in steps of 100 ns, shortest first.
  std::vector<record::Interruption> lengths;
};

// Watches `cpus` at once, for 100 ms each, with a busy thread on each. Absent
// if a thread cannot be started or bound. `clock` is read in place of the
// counter, for tests: it is told which of `cpus` it runs on.
std::optional<Interruptions> WatchForInterruptions(
    const std::vector<int>& cpus, const Timer& timer,
    const std::function<uint64_t(int cpu)>& clock = {});

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_INTERRUPTIONS_H_

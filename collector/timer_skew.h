// Whether the timestamp counters of all CPUs agree.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TIMER_SKEW_H_
#define KNOTESTAT_COLLECTOR_TIMER_SKEW_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "collector/timer.h"

namespace knotestat::collector {

// The most that a reading on one of `cpus` was behind a reading on the first
// of them that was certainly taken earlier, or the reverse, in ns: 0 if time
// never goes backwards between CPUs. Absent with one CPU, or if threads cannot
// be bound. Two threads pass readings to and fro, 1,000 times for each CPU;
// takes about 0.3 ms for each. `clock` is read in place of the counter, for
// tests: it is told which of `cpus` it runs on.
std::optional<double> TimerSkewNs(
    const std::vector<int>& cpus, const Timer& timer,
    const std::function<uint64_t(int cpu)>& clock = {});

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TIMER_SKEW_H_

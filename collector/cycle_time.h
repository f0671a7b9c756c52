// How long a cycle of the CPU's clock is just now.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_CYCLE_TIME_H_
#define KNOTESTAT_COLLECTOR_CYCLE_TIME_H_

#include <optional>

namespace knotestat::collector {

// Length of a cycle in ns on CPU `cpu`: CLOCK_MONOTONIC around chains of a
// million dependent instructions of one cycle each (knote/env/cycle_chain.h),
// the median of many. Takes about 50 ms. Absent if the CPU is none whose
// instructions are known, or the thread cannot be bound to it.
std::optional<double> CycleNs(int cpu);

// The same of the CPU that the calling thread is on, within 14 us: the shorter
// of two chains of 20,000 cycles, as an interrupt may hit one. Good to 0.2 %.
std::optional<double> CycleNsHere();

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_CYCLE_TIME_H_

// The timer that sampled operations are timed with: what it ticks in, what it
// cannot resolve, and what it costs itself.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TIMER_H_
#define KNOTESTAT_COLLECTOR_TIMER_H_

#include <vector>

#include "record/run.h"

namespace knotestat::collector {

struct Timer {
  double ns_per_tick = 0;
  // The smallest step between two readings: no single reading is finer. The
  // greatest common divisor of many serialized differences.
  double quantum_ns = 0;
  // Median length of an empty bracket, in ns: included in each timed sample.
  double cost_ns = 0;
  // How often an empty bracket took how long, shortest first: what the timer
  // adds to a sample is a draw from these.
  std::vector<record::TimerBracket> brackets = {};
};

// Measures the timestamp counter against CLOCK_MONOTONIC; takes about 35 ms.
Timer CalibrateTimer();

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TIMER_H_

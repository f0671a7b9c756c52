// What was seen of a strategy while a truth workload ran.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_SIGHTINGS_H_
#define KNOTESTAT_KNOTE_TRUTH_SIGHTINGS_H_

#include <atomic>
#include <cstdint>

namespace knote::truth {

// Counts of f_event calls, but for the last two. Thread-safe.
struct Sightings {
  std::atomic<uint64_t> slept{0};     // gave up its CPU inside a section
  std::atomic<uint64_t> migrated{0};  // left its section on another CPU
  std::atomic<uint64_t> recursed{0};  // inside of another, a writer waiting
  std::atomic<uint64_t> entered_locked{0};  // in a section, under a lock
  std::atomic<uint64_t> after_fini{0};      // entered, or still inside
  std::atomic<uint64_t> waited_locked{0};   // klist_fini() under a lock
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_SIGHTINGS_H_

// When an open-loop writer intends to detach, decided beforehand.
//
// A writer that waits for one klist_fini() before it plans the next hides its
// own queueing (coordinated omission); this schedule does not know how long
// anything takes.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_DETACH_SCHEDULE_H_
#define KNOTESTAT_COLLECTOR_DETACH_SCHEDULE_H_

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace knotestat::collector {

struct IntendedDetach {
  uint64_t at_ns = 0;  // after the block's begin
  int device = 0;
};

// Poisson arrivals at `hz` of uniformly chosen devices: for `block_ns`, or, if
// `count` is given, exactly that many however long it takes. Ascending.
std::vector<IntendedDetach> MakeSchedule(double hz, uint64_t block_ns,
                                         std::optional<uint64_t> count,
                                         int devices, std::mt19937_64& random);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_DETACH_SCHEDULE_H_

// Plays a truth workload under a strategy, for a bounded time.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_PERFORM_H_
#define KNOTESTAT_KNOTE_TRUTH_PERFORM_H_

#include "knote/truth/testimony.h"
#include "knote/world.h"

namespace knote::truth {

// An actor that begins and ends nothing for this long does not come back.
inline constexpr uint64_t kStandstillNs = 1'000'000'000;

// Returns what was seen. If the play did not end (kDeadlock, kStuck), its
// threads are still there and hold what they hold: the process has to be ended
// without waiting for them. `strategy` has a `boot`; `values` are within their
// ranges.
Testimony Perform(const TruthWorkload& workload, const StrategyEntry& strategy,
                  const ParameterValues& values = {});

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_PERFORM_H_

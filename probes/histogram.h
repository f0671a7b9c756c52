// Taking what BPF counted out of the memory that it shares with us.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_HISTOGRAM_H_
#define KNOTESTAT_PROBES_HISTOGRAM_H_

#include <cstdint>
#include <string>

#include "probes/kns_shared.h"
#include "probes/probe.h"

namespace knotestat::probes {

static_assert(kMaxSlots == KNS_MAX_SLOTS);

// Returns `counter` and makes it 0, in one step: nothing is lost or taken twice
// while BPF goes on counting.
uint64_t TakeCounter(kns_u64& counter);

// The exact totals of a histogram.
struct Totals {
  uint64_t count = 0;
  uint64_t sum = 0;
  uint64_t max = 0;
};

// Moves the buckets that are not empty to into.histograms[name], and returns
// the totals, making them 0.
Totals TakeBuckets(kns_histogram& histogram, const std::string& name,
                   Observations& into);

// As above for values in ns, and moves the totals to into.counters: NAME.count,
// NAME.sum_ns and, if there was an event at all, NAME.max_ns.
void TakeHistogram(kns_histogram& histogram, const std::string& name,
                   Observations& into);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_HISTOGRAM_H_

// SPDX-License-Identifier: BSD-2-Clause
#include "probes/histogram.h"

#include <atomic>

namespace knotestat::probes {

uint64_t TakeCounter(kns_u64& counter) {
  return std::atomic_ref(counter).exchange(0);
}

Totals TakeBuckets(kns_histogram& histogram, const std::string& name,
                   Observations& into) {
  std::vector<Bucket>& buckets = into.histograms[name];
  for (uint32_t i = 0; i < KNS_BUCKETS; i++) {
    const uint64_t count = TakeCounter(histogram.buckets[i]);
    if (count == 0) continue;
    buckets.push_back({kns_bucket_lower(i), kns_bucket_upper(i), count});
  }
  return {.count = TakeCounter(histogram.count),
          .sum = TakeCounter(histogram.sum),
          .max = TakeCounter(histogram.max)};
}

void TakeHistogram(kns_histogram& histogram, const std::string& name,
                   Observations& into) {
  const Totals totals = TakeBuckets(histogram, name, into);
  auto& counters = into.counters;
  counters[name + ".count"] = static_cast<double>(totals.count);
  counters[name + ".sum_ns"] = static_cast<double>(totals.sum);
  if (totals.count == 0) return;
  counters[name + ".max_ns"] = static_cast<double>(totals.max);
}

}  // namespace knotestat::probes

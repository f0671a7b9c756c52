// SPDX-License-Identifier: BSD-2-Clause
#include "collector/sample_histogram.h"

#include <algorithm>

namespace knotestat::collector {

void SampleHistogram::Add(double ns) {
  ++counts_[kns_bucket_of(static_cast<uint64_t>(std::max(ns, 0.0)))];
  max_ns_ = std::max(max_ns_, ns);
  ++count_;
}

void SampleHistogram::MoveTo(int cell, const std::string& name,
                             record::Batch& batch) {
  if (count_ == 0) return;
  for (uint32_t i = 0; i < KNS_BUCKETS; ++i) {
    if (counts_[i] == 0) continue;
    batch.buckets.push_back(
        {cell, name, kns_bucket_lower(i), kns_bucket_upper(i), counts_[i]});
  }
  batch.counters.push_back({cell, name + ".max_ns", max_ns_});
  *this = {};
}

}  // namespace knotestat::collector

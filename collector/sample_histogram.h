// An in-process histogram with the buckets that eBPF uses.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_SAMPLE_HISTOGRAM_H_
#define KNOTESTAT_COLLECTOR_SAMPLE_HISTOGRAM_H_

#include <array>
#include <cstdint>
#include <string>

#include "probes/log_linear.h"
#include "record/run.h"

namespace knotestat::collector {

// Not thread-safe.
class SampleHistogram {
 public:
  void Add(double ns);

  // Appends the counts since the last call as buckets `name` of `cell`, and
  // the exact maximum as the counter `name`.max_ns; starts over.
  void MoveTo(int cell, const std::string& name, record::Batch& batch);

 private:
  std::array<uint64_t, KNS_BUCKETS> counts_{};
  double max_ns_ = 0;
  uint64_t count_ = 0;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_SAMPLE_HISTOGRAM_H_

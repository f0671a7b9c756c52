// Counts of latencies in the form of HdrHistogram, for the tools that read it.
//
// The layout, the V2 encoding and the percentile text are those of
// HdrHistogram 2 (https://github.com/HdrHistogram/HdrHistogram).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_HDR_HISTOGRAM_H_
#define KNOTESTAT_DASHBOARDS_HDR_HISTOGRAM_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace knotestat::dashboards {

// Three significant digits: a value is at most 0.1 % off. Not thread-safe.
class HdrHistogram {
 public:
  // `value` occurred `count` times; at most 2^52, which is exact in a double.
  void Record(uint64_t value, uint64_t count = 1);

  // `count` values that lie evenly between `lower` and `upper`, which is not
  // among them: rank r of them at lower + (upper - lower) * (r - 1/2) / count.
  // None is above `largest`; if the largest value lies here, it is the last.
  void RecordEvenly(uint64_t lower, uint64_t upper, uint64_t count,
                    std::optional<uint64_t> largest);

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }

  // The percentile distribution, as HistogramLogProcessor writes it with five
  // ticks for each halving of the distance to 100 %; values divided by `unit`.
  std::string PercentileText(double unit = 1) const;

  // The counts as HdrHistogram logs carry them: V2 encoding, deflated, base64.
  absl::StatusOr<std::string> CompressedBase64() const;

 private:
  std::string EncodedV2() const;
  double Mean() const;
  double StandardDeviation(double mean) const;

  std::map<uint32_t, uint64_t> counts_;  // by index of HdrHistogram's array
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_HDR_HISTOGRAM_H_

// Distributions in text: log2 histograms, one-line density and sparklines.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_HISTOGRAM_H_
#define KNOTESTAT_DASHBOARDS_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dashboards/terminal_text.h"

namespace knotestat::dashboards {

// Counts of values by powers of two: bucket i holds [2^(first+i),
// 2^(first+i+1)); values below 1 fall into [0, 2) together with 1.
struct Log2Buckets {
  int first = 0;
  std::vector<uint64_t> counts;  // empty if there were no values
};

Log2Buckets CountByPowersOfTwo(std::span<const double> values);

// One line per power of two, "  512 ns .. 1.02 us |@@@@@      | 123", at most
// `width` columns; empty if there are no values.
std::vector<std::string> Log2Histogram(std::span<const double> ns, size_t width,
                                       const TextStyle& style);

// One character per power of two from `first` on, `columns` in all; the
// fuller the bucket, the darker. The fullest bucket sets the scale.
std::string DensityLine(const Log2Buckets& buckets, int first, size_t columns,
                        const TextStyle& style);

// Eight block heights between the least and the largest value; a blank for
// what was not measured. Empty without style.unicode.
std::string Sparkline(std::span<const std::optional<double>> values,
                      const TextStyle& style);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_HISTOGRAM_H_

// Quantiles of raw samples and of histograms.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_QUANTILE_H_
#define KNOTESTAT_ANALYSIS_QUANTILE_H_

#include <optional>
#include <span>
#include <vector>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// The median: the middle value, or the mean of the two middle ones. Reorders
// `values`, of which there must be one at least.
double Median(std::span<double> values);

// The smallest of `sorted` (ascending, not empty) that at least the part `q`
// (0 to 1) of them does not exceed: nearest rank, definition 1 of Hyndman and
// Fan, "Sample Quantiles in Statistical Packages", 1996. Always a value that
// was measured: in a tail of few samples an interpolated one would be invented.
double Quantile(std::span<const double> sorted, double q);

// Quantiles of raw samples, each as Quantile() has it; nothing without any.
std::optional<record::Distribution> DistributionOf(std::vector<double> samples);

// Quantiles of a histogram whose buckets do not overlap. The bucket is the one
// that holds the nearest rank; inside it the values are taken to be spread
// evenly, each in the middle of its share, so the error is below the bucket's
// width. `exact_max` is the largest value as it was counted beside the
// histogram and caps all quantiles; without it the last bucket's bound is all
// that is known. Nothing without any value.
std::optional<record::Distribution> DistributionOf(
    std::vector<record::Bucket> buckets, std::optional<double> exact_max);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_QUANTILE_H_

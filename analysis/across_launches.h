// How sure a figure is when several processes measured it.
//
// What is fixed when a process starts (where code and data lie) moves all its
// rounds alike, so a launch counts as one observation. It has a cell's world in
// several places of memory, which a cost that depends on them takes at one of
// two levels as likely as at the other: so the observation is the mean of the
// medians of each place's rounds, which a place more at the one level moves by
// its share, where the median of all rounds would jump. Of the launches the
// trimmed mean is taken, because now and then one is far off, and its interval
// is that of Tukey and McLaughlin ("Less Vulnerable Confidence and Significance
// Procedures for Location", 1963), with Student's t; two figures are compared
// as Yuen ("The Two-Sample Trimmed t for Unequal Population Variances", 1974)
// does.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_ACROSS_LAUNCHES_H_
#define KNOTESTAT_ANALYSIS_ACROSS_LAUNCHES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/difference.h"
#include "analysis/rounds.h"
#include "record/figures.h"

namespace knotestat::analysis {

// Fewer processes cannot be told from an unlucky one: from this many on the
// lowest and the highest fifth are trimmed.
inline constexpr size_t kLaunchesToTrim = 5;

// A trimmed mean and what its interval is made of.
struct TrimmedMean {
  double middle = 0;
  double variance = 0;  // of `middle`
  double degrees = 0;   // of freedom
  size_t count = 0;     // launches
};

// Of one value for each launch, of which there are two at least.
TrimmedMean TrimmedMeanOf(std::span<const double> values);

// Its 95 % interval.
record::Estimate IntervalOf(const TrimmedMean& mean);

// after - before, with its interval and the probability of one as large if
// there is none, each launch one observation.
TestedDifference TestDifference(const TrimmedMean& before,
                                const TrimmedMean& after);

// One observation for each launch, in the order of the launches.
std::vector<double> MiddlesByLaunch(const Series& series);

// The series as its figure: with several launches their trimmed mean and
// interval; with one its median over rounds and BootstrapMedian(), which holds
// for that process only. Nothing without any round.
std::optional<record::Estimate> EstimateOf(const Series& series, uint64_t seed);

// What a figure would have been in other draws of launches, or of rounds if
// one process measured all: series with as many launches (rounds) are drawn
// alike for the same seed, so that replicates can be subtracted or divided
// pairwise.
struct Replicates {
  double middle = 0;
  std::vector<double> values;
  double tail = 0.025;  // of the values, beyond either end of the interval

  record::Estimate Interval() const;
};

// Nothing without any round.
std::optional<Replicates> DrawJointly(const Series& series, uint64_t seed,
                                      int resamples);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_ACROSS_LAUNCHES_H_

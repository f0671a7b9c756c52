// Is the difference between two resampled figures more than chance?
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_DIFFERENCE_H_
#define KNOTESTAT_ANALYSIS_DIFFERENCE_H_

#include <span>
#include <vector>

#include "record/figures.h"

namespace knotestat::analysis {

// A difference, its 95 % interval and the probability of one as large if
// there was none.
struct TestedDifference {
  record::Estimate difference;
  double p = 1;
};

// after - before, given independent bootstrap replicates of both (as many of
// each). The p-value inverts the percentile interval (Wilcox, "Introduction to
// Robust Estimation and Hypothesis Testing": reliable for medians). Where no
// replicate lies beyond 0 it is taken from a normal with the spread of the
// replicates, because a correction for many tests needs finer steps than
// 1 / replicates.
TestedDifference TestDifference(double before, double after,
                                std::span<const double> before_replicates,
                                std::span<const double> after_replicates);

// Cliff's delta ("Dominance statistics: Ordinal analyses to answer ordinal
// questions", 1993): the part of all pairs in which the value after is larger,
// less the part in which it is smaller. Neither side is empty.
double CliffsDelta(std::vector<double> before, std::vector<double> after);

// p-values adjusted for their number so that those at most q have a false
// discovery rate of at most q (Benjamini and Hochberg 1995).
std::vector<double> AdjustForMany(std::span<const double> p_values);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_DIFFERENCE_H_

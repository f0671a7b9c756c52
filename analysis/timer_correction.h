// What the timer adds to each sampled operation, taken out again.
//
// An operation that takes T is seen as T + B, where B is an empty bracket: not
// a constant, but a distribution, with a tail from the interrupts that hit it.
// That of T is found by expectation maximization (Richardson 1972, Lucy 1974),
// which never makes a probability negative, and stopped early, because run to
// its end it would fit the noise of the counts.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_TIMER_CORRECTION_H_
#define KNOTESTAT_ANALYSIS_TIMER_CORRECTION_H_

#include <optional>
#include <vector>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

class TimerCorrection {
 public:
  // Takes the empty brackets of `context`; without any, Correct() has nothing.
  explicit TimerCorrection(const record::Context& context);

  // Nothing shorter is claimed, in ns: the timer's quantum, or the width of the
  // middle nine tenths of the empty brackets if that is more. 0: not known.
  double floor_ns() const { return floor_ns_; }

  // Empty brackets are known.
  bool removes() const { return !brackets_.empty(); }

  // Quantiles of the operations in `buckets`, which do not overlap, without
  // the timer. Those below floor_ns() are floor_ns(): at most that is known.
  // `exact_max` is the largest value as it was counted, the timer included;
  // the shortest bracket is taken off it. Nothing without any value, or
  // without brackets.
  std::optional<record::Distribution> Correct(
      std::vector<record::Bucket> buckets,
      std::optional<double> exact_max) const;

 private:
  struct Bracket {
    double ns = 0;
    double share = 0;
  };

  std::vector<Bracket> brackets_;  // ascending; shares add up to 1
  double floor_ns_ = 0;
};

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_TIMER_CORRECTION_H_

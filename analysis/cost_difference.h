// What a path costs in one run and in another, at one clock.
//
// The CPUs' clock changes by some percent from run to run, and what a CPU does
// inside itself by the same part; that is no change of a strategy. So costs
// are compared in cycles of the clock, where both runs have measured it, and
// told as ns at the clock that there was before. What waits for memory does not
// follow the clock, and would seem to change in cycles: where the clock moved,
// it takes both, cycles and ns, to make a change certain.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_COST_DIFFERENCE_H_
#define KNOTESTAT_ANALYSIS_COST_DIFFERENCE_H_

#include <optional>
#include <string>

#include "analysis/difference.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {

// The rows of a cell, and those of its floor; null if there is none.
struct CostRows {
  const CellRows& cell;
  const CellRows* floor = nullptr;
};

// The clock in GHz in either run: medians over the rounds of the cell.
struct Clocks {
  double before = 0;
  double after = 0;
  // Whether costs in ns change by it.
  bool Moved() const;
};

// A figure of a cost in both runs.
struct CostDifference {
  bool marginal = false;  // above the floor; else the whole operation
  size_t rounds = 0;      // of the run that has fewer
  // Nothing below if those are fewer than kMinRounds.
  double scale = 0;              // ns: what the operation cost before
  double before = 0, after = 0;  // ns; at the clock before, if `clocks`
  TestedDifference tested;
  double effect = 0;             // Cliff's delta
  std::optional<Clocks> clocks;  // if it is cycles that were compared
  // It changed in cycles, and not in ns, so that p is that of ns.
  bool only_in_cycles = false;
};

// Compares what `path` costs: its marginal cost if both runs have a floor.
// P-values come from Yuen's test over the launches of both, or, where one has a
// single process, over the rounds of both.
CostDifference CompareCosts(const CostRows& before, const CostRows& after,
                            const std::string& path);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_COST_DIFFERENCE_H_

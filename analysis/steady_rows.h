// The rows that figures are made of: what was measured before a launch was warm
// is left out, here and nowhere else.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_STEADY_ROWS_H_
#define KNOTESTAT_ANALYSIS_STEADY_ROWS_H_

#include <vector>

#include "analysis/rounds.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// Two levels of a cell closer together than this part of its cost are one.
inline constexpr double kSameLevel = 0.01;

// Rows of a run without warm-up, with how steady each cell was.
struct SteadyRows {
  std::vector<CellRows> all;             // in the order of the run's cells
  std::vector<record::CellState> state;  // of each
};

// Per cell and launch each path's ns_per_op is judged, and its marginal cost
// where the floor was measured. Mean blocks of rounds before either is steady
// are dropped. The cell's verdict is the worst of its ranked series (the
// marginal cost, or without a floor ns_per_op) that at least half of its
// launches share: a single bad launch is what trimming is for.
SteadyRows SteadyRowsOf(const record::Run& run);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_STEADY_ROWS_H_

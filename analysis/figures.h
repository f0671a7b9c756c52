// From raw rows to the figures of a run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FIGURES_H_
#define KNOTESTAT_ANALYSIS_FIGURES_H_

#include "analysis/steady_rows.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// A cell whose probes certainly slow it by more than this part loses the
// figures that were taken with probes.
inline constexpr double kMaxSlowdown = 0.05;

// Counter of a cell: its means are medians over that many rounds.
inline constexpr char kRoundsCounter[] = "rounds";
// Counter of a cell: 1 if figures were left out because of kMaxSlowdown.
inline constexpr char kRefusedCounter[] = "refused_by_certificate";

// All figures of `run`; docs/explanation/statistics.md says how each is made.
// The same run gives the same figures: resampling is seeded by the run's seed.
record::Figures Analyze(const record::Run& run);

// The same where SteadyRowsOf(run) is at hand.
record::Figures Analyze(const record::Run& run, const SteadyRows& steady);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_FIGURES_H_

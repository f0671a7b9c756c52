// The cost curves of a run, with models fitted to them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_SCALING_H_
#define KNOTESTAT_ANALYSIS_SCALING_H_

#include <span>
#include <vector>

#include "analysis/rounds.h"
#include "record/figures.h"
#include "record/scaling.h"

namespace knotestat::analysis {

// One entry for each strategy, scope, workload and path that was measured at
// two CPU counts at least, each CPU one of its own; with two, it says that
// nothing is fitted. Loads may differ in CPUs, processes and devices (which
// grow with them), in nothing else. `all`: the steady rows of each cell, with
// its `figures`; cells that are not ranked are left out. The same run gives the
// same fits.
std::vector<record::Scaling> FitScaling(
    std::span<const CellRows> all, std::span<const record::CellFigures> figures,
    const record::Context& context);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_SCALING_H_

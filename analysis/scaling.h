// The cost curves of a run, with models fitted to them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_SCALING_H_
#define KNOTESTAT_ANALYSIS_SCALING_H_

#include <vector>

#include "record/run.h"
#include "record/scaling.h"

namespace knotestat::analysis {

// One entry for each strategy, scope, workload and path that was measured at
// two CPU counts at least that the machine has; with two, it says that nothing
// is fitted. Loads may differ in CPUs, processes and devices (which grow with
// them), in nothing else. The same run gives the same fits.
std::vector<record::Scaling> FitScaling(const record::Run& run);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_SCALING_H_

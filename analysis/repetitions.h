// The rounds of each path, for formats that list them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_REPETITIONS_H_
#define KNOTESTAT_ANALYSIS_REPETITIONS_H_

#include <vector>

#include "record/repetitions.h"
#include "record/run.h"

namespace knotestat::analysis {

// The mean blocks of `run` by cell (in its order), path and round. Rounds
// without operations and warm-up are left out, as in the figures.
std::vector<record::Repetitions> RepetitionsOf(const record::Run& run);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_REPETITIONS_H_

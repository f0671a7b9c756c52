// Which of a difference's frames are significant, all of them considered.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_SIGNIFICANCE_H_
#define KNOTESTAT_ANALYSIS_FLAME_SIGNIFICANCE_H_

#include <vector>

#include "analysis/flame/difference.h"

namespace knotestat::flame {

// Fills in what depends on the p-values of all frames: those of which `tested`
// is true, by node, without the root.
void AdjustForFrames(double rate, std::vector<bool> tested,
                     Difference* difference);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_SIGNIFICANCE_H_

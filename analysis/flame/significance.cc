// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/significance.h"

#include "analysis/difference.h"

namespace knotestat::flame {

void AdjustForFrames(double rate, std::vector<bool> tested,
                     Difference* difference) {
  std::vector<FrameChange*> frames;
  std::vector<double> p_values;
  for (size_t i = 1; i < difference->changes.size(); ++i) {  // not the root
    if (!tested[i]) continue;
    frames.push_back(&difference->changes[i]);
    p_values.push_back(frames.back()->p);
  }
  const std::vector<double> adjusted = analysis::AdjustForMany(p_values);
  for (size_t i = 0; i < frames.size(); ++i) {
    frames[i]->adjusted_p = adjusted[i];
    frames[i]->significant = adjusted[i] <= rate;
    difference->significant += frames[i]->significant;
  }
  difference->tested = frames.size();
}

}  // namespace knotestat::flame

// SPDX-License-Identifier: BSD-2-Clause
#include "record/truth.h"

namespace knotestat::record {

std::string ToText(const TruthWait& wait) {
  std::string text = wait.actor + " ";
  if (!wait.holds.empty()) text += "holds " + wait.holds + ", ";
  text += wait.wants;
  if (!wait.state.empty()) text += ", " + wait.state;
  if (wait.waits_for.empty()) return text;
  return text + ": waits for " +
         (wait.waits_for == wait.actor ? "itself" : wait.waits_for);
}

}  // namespace knotestat::record

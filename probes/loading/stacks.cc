// SPDX-License-Identifier: BSD-2-Clause
#include "probes/loading/stacks.h"

#include "probes/histogram.h"

namespace knotestat::probes {

void TakeStackTotals(kns_stack_totals& totals, const std::string& name,
                     Observations& into) {
  into.lost += TakeCounter(totals.lost);
  into.counters[name + ".truncated"] =
      static_cast<double>(TakeCounter(totals.truncated));
}

}  // namespace knotestat::probes

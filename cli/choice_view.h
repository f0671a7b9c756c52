// From the choice that analysis/ made to the one that the reports show.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_CHOICE_VIEW_H_
#define KNOTESTAT_CLI_CHOICE_VIEW_H_

#include <vector>

#include "analysis/choose.h"
#include "dashboards/choice.h"

namespace knotestat::cli {

// All workloads' choices under one headline.
dashboards::Choice ViewOf(const std::vector<analysis::Choice>& choices);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_CHOICE_VIEW_H_

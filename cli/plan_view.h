// A plan as text and JSON: `--dry-run`.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_PLAN_VIEW_H_
#define KNOTESTAT_CLI_PLAN_VIEW_H_

#include "cli/group_planning.h"

namespace knotestat::cli {

// Prints what would be measured on standard output: a line for each group with
// its CPUs and strategies, what is refused and why, launches and time.
void ShowPlan(const MeasurePlan& plan, const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_PLAN_VIEW_H_

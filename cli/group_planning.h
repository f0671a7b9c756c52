// The groups of cells that the options of a measurement ask for.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_GROUP_PLANNING_H_
#define KNOTESTAT_CLI_GROUP_PLANNING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "cli/measure_options.h"
#include "collector/group_plan.h"

namespace knotestat::cli {

// What is measured, in the order of cells. The same options give the same
// plan in every process.
struct MeasurePlan {
  std::vector<collector::GroupPlan> groups;
  int launches = 1;  // of each group, at least
};

// One group for each workload, combination of parameters, and CPU count.
// `none` is always among the strategies: it is what marginal costs are
// measured from. Loads the plug-ins. kInvalidArgument names the option, what
// was expected, and the nearest match.
absl::StatusOr<MeasurePlan> PlanGroups(const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_GROUP_PLANNING_H_

// What to measure, as JSON: plan files, what a result file keeps to be resumed,
// and what a launch is told. Its keys are the long options of `sweep`; the
// schema is docs/reference/plan.schema.json.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_PLAN_H_
#define KNOTESTAT_CLI_PLAN_H_

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/measure_options.h"

namespace knotestat::cli {

// The whole of what is measured; not where the result goes.
nlohmann::json ToPlan(const MeasureOptions& options);

// Sets the options of `app` that `plan` has and the command line has not given.
// kInvalidArgument names the key, what was expected, and the nearest match;
// `source` is what the messages call the plan.
absl::Status ApplyPlan(const nlohmann::json& plan, const std::string& source,
                       CLI::App& app);

// Reads a plan file. kInvalidArgument says where it is no JSON object.
absl::StatusOr<nlohmann::json> ReadPlan(const std::string& path);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_PLAN_H_

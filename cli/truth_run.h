// `run` with truth workloads: plays them under each strategy and shows which
// promises were kept.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_TRUTH_RUN_H_
#define KNOTESTAT_CLI_TRUTH_RUN_H_

#include <CLI/CLI.hpp>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/measure_options.h"

namespace knotestat::cli {

// What --workload calls all truth workloads together.
inline constexpr std::string_view kAllTruths = "truth";

// True of that, and of the name of a truth workload.
bool IsTruthWorkload(std::string_view name);

// Plays options.workloads[0]. kBrokenPromise if a promise was broken or a
// control was not caught; kUsage if `app` was given an option that only means
// something where figures are measured. Ctrl-C ends it after the current play.
ExitCode RunTruths(const CLI::App& app, const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_TRUTH_RUN_H_

// Runs groups and shows what came out: `run` and `sweep` after their options.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_MEASURE_H_
#define KNOTESTAT_CLI_MEASURE_H_

#include <functional>

#include "cli/exit_code.h"
#include "cli/measure_options.h"
#include "record/run.h"

namespace knotestat::cli {

// Prints what was measured, as JSON or as text.
using ShowRun = std::function<void(const record::Run& run, bool json)>;

// Measures and shows the report, or what `show` makes of the run.
// Ctrl-C (or SIGTERM) ends the run after the current block: what was measured
// is stored and shown, the code is kInterrupted. kBrokenPromise if a strategy
// that promises to be safe was seen not to be.
ExitCode Measure(const MeasureOptions& options, const ShowRun& show = nullptr);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_MEASURE_H_

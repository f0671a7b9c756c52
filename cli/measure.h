// Runs groups and shows what came out: `run` and `sweep` after their options.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_MEASURE_H_
#define KNOTESTAT_CLI_MEASURE_H_

#include "cli/exit_code.h"
#include "cli/measure_options.h"

namespace knotestat::cli {

// Ctrl-C (or SIGTERM) ends the run after the current block: what was measured
// is stored and shown, the code is kInterrupted. kBrokenPromise if a strategy
// that promises to be safe was seen not to be.
ExitCode Measure(const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_MEASURE_H_

// `knotestat bench` as text.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_BENCH_VIEW_H_
#define KNOTESTAT_CLI_BENCH_VIEW_H_

#include "analysis/bench.h"
#include "record/run.h"

namespace knotestat::cli {

// Prints the machine and a table on standard output: for each figure the ns
// with the half-width of its interval, and the ratio to the best peer.
void Print(const record::Context& machine, const analysis::Bench& bench);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_BENCH_VIEW_H_

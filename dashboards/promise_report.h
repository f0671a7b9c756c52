// What truth workloads have shown, as text: each play with its outcomes, and a
// table of the promises.
//
// Lines have at most 80 columns, in the table as long as names leave room for
// it; none ends in blanks, and names cannot carry escape sequences.
// Thread-safe.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_PROMISE_REPORT_H_
#define KNOTESTAT_DASHBOARDS_PROMISE_REPORT_H_

#include <span>
#include <string>

#include "dashboards/terminal_text.h"
#include "record/truth.h"

namespace knotestat::dashboards {

// One workload under all strategies: strategies with the same outcome share a
// line; below it the chain of who waits for whom. All of one workload.
std::string PlayText(std::span<const record::Truth> plays,
                     const TextStyle& style);

// A row for each strategy, a column for each promise.
std::string PromiseTable(std::span<const record::Truth> truths,
                         const TextStyle& style);

// What a user has to know of: promises that were broken, controls that were
// missed; or that there is none.
std::string DifferencesText(std::span<const record::Truth> truths,
                            const TextStyle& style);

// All of it, workload by workload; empty if there are none.
std::string PromiseReport(std::span<const record::Truth> truths,
                          const TextStyle& style);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_PROMISE_REPORT_H_

// A comparison of two runs, on standard output and in a browser.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_COMPARE_VIEW_H_
#define KNOTESTAT_CLI_COMPARE_VIEW_H_

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/compare.h"
#include "dashboards/serve/pages.h"
#include "dashboards/terminal_text.h"

namespace knotestat::cli {

// What makes the runs incomparable, how many figures got better or worse, a
// table for each workload, and what only one of the runs has. Lines of at most
// `width` columns; no text of a result file moves the cursor. Thread-safe.
std::vector<std::string> LinesOf(const analysis::Comparison& comparison,
                                 size_t width,
                                 const dashboards::TextStyle& style);

// The same as one table, for `serve`, which escapes its texts. Thread-safe.
dashboards::ComparisonTable TableOf(const analysis::Comparison& comparison);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_COMPARE_VIEW_H_

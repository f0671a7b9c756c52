// A run as one self-contained HTML page.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_HTML_REPORT_H_
#define KNOTESTAT_DASHBOARDS_HTML_REPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "dashboards/choice.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::dashboards {

// The page opens from disk and loads nothing: a content security policy allows
// its own script and style alone. Names stay text whatever they contain.
// `figures` must come from `run`: a detach or stack of a cell that `figures`
// lacks is kInvalidArgument. Its data is in the element `data`: ReportData() as
// JSON, deflated and in base64, because it repeats itself a lot. Runs without
// cells, without distributions or without an end give a page that says so.
// Thread-safe.
absl::StatusOr<std::string> HtmlReport(const record::Run& run,
                                       const record::Figures& figures,
                                       const Choice& choice);

// The same page for a result file that could not be read: it says `why`.
absl::StatusOr<std::string> HtmlWithoutRun(const std::string& why);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_HTML_REPORT_H_

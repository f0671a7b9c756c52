// A run as text for a terminal.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_TEXT_REPORT_H_
#define KNOTESTAT_DASHBOARDS_TEXT_REPORT_H_

#include <span>
#include <string>

#include "dashboards/choice.h"
#include "record/figures.h"

namespace knotestat::dashboards {

struct TextOptions {
  int width = 80;        // columns, at least 40
  bool color = false;    // ANSI escape sequences
  bool unicode = false;  // block characters and sparklines
  // Raw klist_fini samples of the run, for the histograms; none are drawn
  // without them.
  std::span<const record::Detach> detaches = {};
  // Histograms of the run, for the distributions of operations; as above.
  std::span<const record::Bucket> buckets = {};
};

// What was run, what was seen of promises (80 columns wide), the
// recommendation, per workload the reader's and the writer's tables, the
// certificate. What was not measured shows as "-". No line is wider than
// `options.width` or ends in blanks; names cannot carry escape sequences.
// Thread-safe.
std::string TextReport(const record::Figures& figures, const Choice& choice,
                       const TextOptions& options);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_TEXT_REPORT_H_

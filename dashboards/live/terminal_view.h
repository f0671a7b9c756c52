// A run that is being measured, on one screen of a terminal.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LIVE_TERMINAL_VIEW_H_
#define KNOTESTAT_DASHBOARDS_LIVE_TERMINAL_VIEW_H_

#include <cstddef>
#include <string>
#include <vector>

#include "dashboards/live/latency_history.h"
#include "dashboards/live/run_progress.h"
#include "dashboards/terminal_text.h"
#include "record/figures.h"
#include "record/watch.h"

namespace knotestat::dashboards {

// What the view shows. Refers to its parts.
struct TerminalViewInput {
  const std::string& file;
  const record::Glance& glance;
  const RunProgress& progress;
  const LatencyHistory& history;
  const record::Figures& figures;  // as of some time before
};

// Lines of at most `width` columns (at least 20; of fewer than 80 the last ones
// of the table are cut): progress, the cells of the group that is measured with
// their figures so far, and latencies as they are stored. `height` lines at
// most: what is less important is left out. Names cannot move the cursor.
// Thread-safe.
std::vector<std::string> TerminalView(const TerminalViewInput& input,
                                      size_t width, size_t height,
                                      const TextStyle& style);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LIVE_TERMINAL_VIEW_H_

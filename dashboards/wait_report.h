// The chains of waits behind klist_fini(), as text and as JSON.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_WAIT_REPORT_H_
#define KNOTESTAT_DASHBOARDS_WAIT_REPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "dashboards/format.h"

namespace knotestat::dashboards {

// Both, with the longest in all first: kFailedPrecondition without eBPF, which
// alone sees who waits; kDataLoss if rows do not fit together.

// A table of all threads of the 20 longest chains, then each in sentences.
absl::StatusOr<std::string> WaitReport(const FormatInput& input);

// Every chain with all its frames; docs/reference/formats.md describes it.
absl::StatusOr<std::string> WaitJson(const FormatInput& input);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_WAIT_REPORT_H_

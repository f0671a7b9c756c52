// A row for each cell and path. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/csv_report.h"
#include "dashboards/format.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration csv_registration({
    "csv",
    "a row for each cell and path (RFC 4180)",
    [](const FormatInput& input) -> absl::StatusOr<std::string> {
      if (input.figures.cells.empty() && !input.figures.truths.empty()) {
        return absl::FailedPreconditionError(
            "csv has a row for each measured cell, and this file holds truth "
            "workloads alone: use --json, or measure with `knotestat run "
            "--workload submit`");
      }
      return CsvReport(input.figures);
    },
});

}  // namespace
}  // namespace knotestat::dashboards

// A run as CSV (RFC 4180).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_CSV_REPORT_H_
#define KNOTESTAT_DASHBOARDS_CSV_REPORT_H_

#include <string>

#include "record/figures.h"

namespace knotestat::dashboards {

// A header and one row per cell and path; a cell without paths has one row. A
// field that was not measured is empty. Numbers keep all their digits; names
// with commas, quotes or line ends are quoted. Thread-safe.
std::string CsvReport(const record::Figures& figures);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_CSV_REPORT_H_

// The data that the HTML report carries.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_REPORT_DATA_H_
#define KNOTESTAT_DASHBOARDS_REPORT_DATA_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dashboards/choice.h"
#include "record/figures.h"
#include "record/run.h"

namespace knotestat::dashboards {

// {"figures": ToJson(figures), "choice": {...},
//  "detailed": false if the cells are too many to carry more than figures,
//  "scaling_cells": [[index, ...] per figures.scaling],
//  "ccdf": [{"count": N, "points": [[ns, share], ...]} or null per cell],
//  "series": [CellSeries() or null per cell],
//  "frames": [name, ...],
//  "stacks": [{"cell": index, "kind", "value", "frames": [index, ...]}]}
// where a cell's index is its place in figures.cells. Beyond 10,000 stacks of a
// kind the smallest of each cell are one, "[smaller stacks]". A row of a cell
// that `figures` lacks is kInvalidArgument. The page renders what this returns:
// `render(data)` of report/report.js.
absl::StatusOr<nlohmann::json> ReportData(const record::Run& run,
                                          const record::Figures& figures,
                                          const Choice& choice);

// The complementary distribution of `values`: pairs of a value and the share
// of values that are at least as large, from the largest value to the least.
// About `most` points at the most: an eighth of them (at most 100) for the
// largest values, one by one, the rest ever further apart in rank.
std::vector<std::pair<double, double>> ComplementaryDistribution(
    std::vector<double> values, size_t most = 1000);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_REPORT_DATA_H_

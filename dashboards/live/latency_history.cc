// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/live/latency_history.h"

#include <cmath>
#include <utility>

namespace knotestat::dashboards {
namespace {

int RowOf(double ns) {
  constexpr double kMost = 9e18;
  if (!(ns >= 2)) return 0;
  return std::ilogb(ns < kMost ? ns : kMost);
}

nlohmann::json RowsOf(const std::map<int, uint64_t>& counts) {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [row, count] : counts) rows.push_back({row, count});
  return rows;
}

}  // namespace

void LatencyHistory::Add(const record::Glance& glance, double now_s) {
  const bool first = known_detaches_ < 0;
  LatencyColumn column;
  for (const double ns : glance.new_detach_ns) ++column.klist_fini[RowOf(ns)];
  for (const auto& [lower, count] : glance.sampled) {
    const uint64_t known = std::exchange(known_samples_[lower], count);
    if (count > known)
      column.operations[RowOf(static_cast<double>(lower))] += count - known;
  }
  known_detaches_ = glance.detaches;
  if (first || (column.klist_fini.empty() && column.operations.empty())) return;
  column.number = ++last_number_;
  column.at_s = now_s;
  columns_.push_back(std::move(column));
  if (columns_.size() > kColumns) columns_.pop_front();
}

nlohmann::json ColumnsAfter(const LatencyHistory& history, uint64_t number) {
  nlohmann::json columns = nlohmann::json::array();
  for (const LatencyColumn& column : history.columns()) {
    if (column.number <= number) continue;
    columns.push_back({{"number", column.number},
                       {"at_s", column.at_s},
                       {"klist_fini", RowsOf(column.klist_fini)},
                       {"operations", RowsOf(column.operations)}});
  }
  return columns;
}

}  // namespace knotestat::dashboards

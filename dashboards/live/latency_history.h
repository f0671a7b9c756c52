// Latency over time while a run goes on: a heat map's columns.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LIVE_LATENCY_HISTORY_H_
#define KNOTESTAT_DASHBOARDS_LIVE_LATENCY_HISTORY_H_

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "record/watch.h"

namespace knotestat::dashboards {

// What was stored between two glances. Row p counts latencies from 2^p ns to
// twice that; those below 2 ns are in row 0.
struct LatencyColumn {
  uint64_t number = 0;  // counts up from 1
  double at_s = 0;      // Unix time of the later glance
  std::map<int, uint64_t> klist_fini;
  std::map<int, uint64_t> operations;  // sampled ones, all paths
};

// The last kColumns columns. Not thread-safe.
class LatencyHistory {
 public:
  static constexpr size_t kColumns = 180;

  // Adds what `glance` has more than the one before it. The first glance is
  // what later ones are compared with; nothing new, no column.
  void Add(const record::Glance& glance, double now_s);

  // Of the last glance, for record::Watch(); -1 before the first.
  int64_t known_detaches() const { return known_detaches_; }

  const std::deque<LatencyColumn>& columns() const { return columns_; }

 private:
  int64_t known_detaches_ = -1;
  std::map<uint64_t, uint64_t> known_samples_;
  uint64_t last_number_ = 0;
  std::deque<LatencyColumn> columns_;
};

// [{"number", "at_s", "klist_fini": [[row, count], ...], "operations": ...}] of
// the columns after `number`.
nlohmann::json ColumnsAfter(const LatencyHistory& history, uint64_t number);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LIVE_LATENCY_HISTORY_H_

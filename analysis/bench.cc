// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bench.h"

#include <algorithm>
#include <set>

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/detaches.h"
#include "analysis/steady_rows.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;
using record::Estimate;

// Both sides must come from draws of the same seed.
std::optional<Estimate> Ratio(const Replicates& ours, const Replicates& peer) {
  if (peer.middle <= 0) return std::nullopt;
  Replicates ratio;
  ratio.middle = ours.middle / peer.middle;
  ratio.tail = std::min(ours.tail, peer.tail);
  for (size_t i = 0; i < ours.values.size(); ++i) {
    if (peer.values[i] <= 0) return std::nullopt;
    ratio.values.push_back(ours.values[i] / peer.values[i]);
  }
  return ratio.Interval();
}

std::string LoadOf(const record::Cell& cell) {
  return cell.workload + "/" + std::to_string(cell.cpus) + "/" +
         std::to_string(cell.threads) + "/" + std::to_string(cell.processes) +
         "/" + LoadParametersOf(cell);
}

std::optional<Replicates> DrawMarginal(const CellRows& rows,
                                       const CellRows* floor,
                                       const std::string& path, uint64_t seed) {
  if (floor == nullptr) return std::nullopt;
  const BlockFilter filter = {.path = path};
  const Series series =
      Difference(MeansByRound(rows, filter), MeansByRound(*floor, filter));
  if (series.size() < kMinRounds) return std::nullopt;
  return DrawJointly(series, seed, kResamples);
}

// One column, and how each cell's figure is drawn.
class ColumnMaker {
 public:
  ColumnMaker(const std::vector<CellRows>& all, uint64_t seed, Bench& bench)
      : all_(all), seed_(seed), bench_(bench) {}

  // Adds a column of the figure that `draw` makes of each cell of `load`.
  template <class Draw>
  void Add(const std::string& load, const std::string& figure, Draw draw) {
    std::vector<std::optional<Replicates>> drawn;
    const CellRows* best = nullptr;
    const Replicates* peer = nullptr;
    drawn.reserve(all_.size());
    for (const CellRows& rows : all_) {
      const bool counts =
          LoadOf(rows.cell) == load && rows.cell.strategy != kFloor;
      // By load and figure alone: the same rounds for every strategy.
      drawn.push_back(counts ? draw(rows, SeedFor(seed_, load + "/" + figure))
                             : std::nullopt);
      if (!drawn.back() || rows.cell.group != "peer") continue;
      if (peer != nullptr && peer->middle <= drawn.back()->middle) continue;
      peer = &*drawn.back();
      best = &rows;
    }
    if (std::none_of(drawn.begin(), drawn.end(),
                     [](const auto& each) { return each.has_value(); }))
      return;
    const size_t column = bench_.columns.size();
    bench_.columns.push_back(
        {"", 0, figure, best == nullptr ? "" : best->cell.strategy});
    for (size_t i = 0; i < all_.size(); ++i) {
      if (LoadOf(all_[i].cell) != load) continue;
      bench_.columns[column].workload = all_[i].cell.workload;
      bench_.columns[column].cpus = all_[i].cell.cpus;
      if (!drawn[i]) continue;
      BenchValue& value = RowOf(all_[i].cell).values[column];
      value.ns = drawn[i]->Interval();
      if (peer != nullptr && best != &all_[i])
        value.ratio = Ratio(*drawn[i], *peer);
    }
  }

 private:
  // The row of a strategy and scope, with room for all columns so far.
  BenchRow& RowOf(const record::Cell& cell) {
    for (BenchRow& row : bench_.rows) row.values.resize(bench_.columns.size());
    for (BenchRow& row : bench_.rows) {
      if (row.strategy == cell.strategy && row.scope == cell.scope) return row;
    }
    return bench_.rows.emplace_back(
        BenchRow{cell.strategy, cell.scope, cell.group,
                 std::vector<BenchValue>(bench_.columns.size())});
  }

  const std::vector<CellRows>& all_;
  const uint64_t seed_;
  Bench& bench_;
};

nlohmann::json EstimateJson(const Estimate& estimate) {
  return {
      {"median", estimate.median}, {"lo", estimate.lo}, {"hi", estimate.hi}};
}

}  // namespace

Bench BenchOf(const record::Run& run) {
  const std::vector<CellRows> all = SteadyRowsOf(run).all;
  const FloorIndex floors(all);
  Bench bench;
  ColumnMaker columns(all, run.context.seed, bench);
  std::vector<std::string> loads;
  for (const CellRows& rows : all) {
    const std::string load = LoadOf(rows.cell);
    if (std::find(loads.begin(), loads.end(), load) == loads.end())
      loads.push_back(load);
  }
  for (const std::string& load : loads) {
    std::set<std::string> paths;
    for (const CellRows& rows : all) {
      if (LoadOf(rows.cell) == load)
        paths.merge(PathsOf(rows, BlockKind::kMean));
    }
    for (const std::string& path : paths) {
      columns.Add(load, path, [&](const CellRows& rows, uint64_t seed) {
        return DrawMarginal(rows, floors.Of(rows.cell), path, seed);
      });
    }
    for (const double q : {0.5, 0.99}) {
      columns.Add(load, "klist_fini " + QuantileName(q),
                  [&](const CellRows& rows, uint64_t seed) {
                    return ResampleDetaches(rows.detaches, q, seed);
                  });
    }
  }
  for (BenchRow& row : bench.rows) row.values.resize(bench.columns.size());
  std::stable_sort(bench.rows.begin(), bench.rows.end(),
                   [](const BenchRow& a, const BenchRow& b) {
                     return (a.group == "peer") < (b.group == "peer");
                   });
  return bench;
}

nlohmann::json ToJson(const Bench& bench) {
  using nlohmann::json;
  json rows = json::array();
  for (const BenchRow& row : bench.rows) {
    for (size_t i = 0; i < bench.columns.size(); ++i) {
      const BenchColumn& column = bench.columns[i];
      const BenchValue& value = row.values[i];
      if (!value.ns) continue;
      json entry = {
          {"strategy", row.strategy},     {"scope", row.scope},
          {"group", row.group},           {"workload", column.workload},
          {"cpus", column.cpus},          {"figure", column.figure},
          {"ns", EstimateJson(*value.ns)}};
      if (value.ratio) {
        entry["ratio"] = EstimateJson(*value.ratio);
        entry["best_peer"] = column.best_peer;
      }
      rows.push_back(std::move(entry));
    }
  }
  return {{"bench", rows}};
}

}  // namespace knotestat::analysis

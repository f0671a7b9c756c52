// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bench.h"

#include <algorithm>
#include <set>

#include "analysis/bootstrap.h"
#include "analysis/detaches.h"
#include "analysis/quantile.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;
using record::Estimate;

// A figure, and what it would have been in other draws.
struct Drawn {
  double middle = 0;
  std::vector<double> replicates;
  size_t drawn_from = 0;

  Estimate Interval() const {
    return IntervalOf(middle, replicates, TailFor(drawn_from));
  }
};

// Both sides must come from draws of the same seed.
std::optional<Estimate> Ratio(const Drawn& ours, const Drawn& peer) {
  if (peer.middle <= 0) return std::nullopt;
  std::vector<double> ratios;
  for (size_t i = 0; i < ours.replicates.size(); ++i) {
    if (peer.replicates[i] <= 0) return std::nullopt;
    ratios.push_back(ours.replicates[i] / peer.replicates[i]);
  }
  return IntervalOf(ours.middle / peer.middle, std::move(ratios),
                    TailFor(std::min(ours.drawn_from, peer.drawn_from)));
}

std::string LoadOf(const record::Cell& cell) {
  return cell.workload + "/" + std::to_string(cell.cpus) + "/" +
         std::to_string(cell.threads) + "/" + std::to_string(cell.processes) +
         "/" + LoadParametersOf(cell);
}

// Medians of rounds drawn with replacement. Rounds of a group are numbered
// alike, so the same seed draws the same ones for every strategy.
// (ResampledMedians() draws ranks, which would pair the slowest rounds of both
// sides.)
std::vector<double> MediansOfDrawnRounds(const std::vector<double>& values,
                                         uint64_t seed) {
  Random random(seed);
  std::vector<double> medians, drawn(values.size());
  for (int i = 0; i < kResamples; ++i) {
    for (double& value : drawn) value = values[random.Below(values.size())];
    medians.push_back(Median(drawn));
  }
  return medians;
}

std::optional<Drawn> DrawMarginal(const CellRows& rows, const CellRows* floor,
                                  const std::string& path, uint64_t seed) {
  if (floor == nullptr) return std::nullopt;
  std::vector<double> values =
      ValuesOf(Difference(MeansByRound(rows, BlockKind::kMean, path),
                          MeansByRound(*floor, BlockKind::kMean, path)));
  if (values.size() < kMinRounds) return std::nullopt;
  Drawn drawn;
  drawn.replicates = MediansOfDrawnRounds(values, seed);
  drawn.middle = Median(values);  // sorts them
  drawn.drawn_from = values.size();
  return drawn;
}

std::optional<Drawn> DrawQuantile(const CellRows& rows, double q,
                                  uint64_t seed) {
  auto quantile = ResampleDetaches(rows.detaches, q, seed);
  if (!quantile) return std::nullopt;
  return Drawn{quantile->quantile, std::move(quantile->replicates),
               quantile->drawn_from};
}

// One column, and how each cell's figure is drawn.
class ColumnMaker {
 public:
  ColumnMaker(const std::vector<CellRows>& all, uint64_t seed, Bench& bench)
      : all_(all), seed_(seed), bench_(bench) {}

  // Adds a column of the figure that `draw` makes of each cell of `load`.
  template <class Draw>
  void Add(const std::string& load, const std::string& figure, Draw draw) {
    std::vector<std::optional<Drawn>> drawn;
    const CellRows* best = nullptr;
    const Drawn* peer = nullptr;
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
  const std::vector<CellRows> all = RowsByCell(run);
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
        return DrawMarginal(rows, FloorOf(all, rows.cell), path, seed);
      });
    }
    for (const double q : {0.5, 0.99}) {
      columns.Add(load, "klist_fini " + QuantileName(q),
                  [&](const CellRows& rows, uint64_t seed) {
                    return DrawQuantile(rows, q, seed);
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

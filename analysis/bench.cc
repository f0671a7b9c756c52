// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bench.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/detaches.h"
#include "analysis/figures.h"
#include "analysis/steady_rows.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;
using record::Estimate;

// A cost that is not told apart from nothing is nothing to divide by.
bool IsBase(const Replicates& peer) {
  return peer.middle > 0 && std::all_of(peer.values.begin(), peer.values.end(),
                                        [](double value) { return value > 0; });
}

// Both sides must come from draws of the same seed, and `peer` be a base.
Estimate Ratio(const Replicates& ours, const Replicates& peer) {
  Replicates ratio;
  ratio.middle = ours.middle / peer.middle;
  ratio.tail = std::min(ours.tail, peer.tail);
  for (size_t i = 0; i < ours.values.size(); ++i) {
    ratio.values.push_back(ours.values[i] / peer.values[i]);
  }
  return ratio.Interval();
}

// But for the floor's cells, which have no detaches to tell apart.
std::string LoadOf(const record::Cell& cell) {
  return absl::StrCat(cell.workload, "/", cell.cpus, "/", cell.threads, "/",
                      cell.processes, "/", cell.cpu_list, "/",
                      NormalParameters(cell));
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
  ColumnMaker(const std::vector<CellRows>& all, const record::Figures& figures,
              Bench& bench)
      : all_(all), figures_(figures), bench_(bench) {}

  // Adds a column of the figure that `draw` makes of each cell of `load`.
  template <class Draw>
  void Add(const std::string& load, const std::string& figure, Draw draw) {
    std::vector<std::optional<Replicates>> drawn;
    const CellRows* best = nullptr;
    const Replicates* peer = nullptr;
    std::vector<size_t> no_base;
    drawn.reserve(all_.size());
    // By load and figure alone: the same rounds for every strategy.
    const uint64_t seed = SeedFor(figures_.context.seed, load + "/" + figure);
    for (size_t i = 0; i < all_.size(); ++i) {
      const CellRows& rows = all_[i];
      const bool counts =
          LoadOf(rows.cell) == load && rows.cell.strategy != kFloor;
      drawn.push_back(counts ? draw(i, seed) : std::nullopt);
      if (!drawn.back() || rows.cell.group != "peer") continue;
      if (!figures_.cells[i].not_ranked.empty()) continue;
      if (!IsBase(*drawn.back())) {
        no_base.push_back(i);
        continue;
      }
      if (peer != nullptr && peer->middle <= drawn.back()->middle) continue;
      peer = &*drawn.back();
      best = &rows;
    }
    if (std::none_of(drawn.begin(), drawn.end(),
                     [](const auto& each) { return each.has_value(); }))
      return;
    const size_t column = bench_.columns.size();
    bench_.columns.push_back(
        {"", 0, "", figure, best == nullptr ? "" : best->cell.strategy, {}});
    for (const size_t i : no_base) {
      if (peer == nullptr || drawn[i]->middle < peer->middle)
        bench_.columns[column].passed_over.push_back(all_[i].cell.strategy);
    }
    for (size_t i = 0; i < all_.size(); ++i) {
      if (LoadOf(all_[i].cell) != load) continue;
      bench_.columns[column].workload = all_[i].cell.workload;
      bench_.columns[column].cpus = all_[i].cell.cpus;
      bench_.columns[column].parameters = NormalParameters(all_[i].cell);
      if (!drawn[i]) continue;
      BenchValue& value = RowOf(all_[i].cell).values[column];
      value.ns = drawn[i]->Interval();
      const auto path = figures_.cells[i].paths.find(figure);
      if (path != figures_.cells[i].paths.end())
        value.cycles = path->second.marginal_cycles;
      value.not_ranked = figures_.cells[i].not_ranked;
      if (peer != nullptr && best != &all_[i] && value.not_ranked.empty())
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
  const record::Figures& figures_;
  Bench& bench_;
};

// Parameters are told where two columns are alike without them.
void ForgetCommonParameters(Bench& bench) {
  const auto alike = [](const BenchColumn& a, const BenchColumn& b) {
    return a.workload == b.workload && a.cpus == b.cpus && a.figure == b.figure;
  };
  std::vector<bool> needed;
  for (const BenchColumn& column : bench.columns) {
    needed.push_back(std::count_if(bench.columns.begin(), bench.columns.end(),
                                   [&](const BenchColumn& other) {
                                     return alike(column, other);
                                   }) > 1);
  }
  for (size_t i = 0; i < needed.size(); ++i)
    if (!needed[i]) bench.columns[i].parameters.clear();
}

nlohmann::json EstimateJson(const Estimate& estimate) {
  return {
      {"median", estimate.median}, {"lo", estimate.lo}, {"hi", estimate.hi}};
}

}  // namespace

Bench BenchOf(const record::Run& run) {
  const SteadyRows steady = SteadyRowsOf(run);
  const std::vector<CellRows>& all = steady.all;
  const record::Figures figures = Analyze(run, steady);
  const FloorIndex floors(all);
  Bench bench;
  ColumnMaker columns(all, figures, bench);
  std::vector<std::string> loads;
  for (const CellRows& rows : all) {
    if (rows.cell.strategy == kFloor) continue;
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
      columns.Add(load, path, [&](size_t cell, uint64_t seed) {
        return DrawMarginal(all[cell], floors.Of(all[cell]), path, seed);
      });
    }
    for (const double q : {0.5, 0.99}) {
      columns.Add(load, "klist_fini " + QuantileName(q),
                  [&](size_t cell, uint64_t seed) {
                    // Absent as well if the certificate has refused them.
                    return figures.cells[cell].klist_fini
                               ? ResampleDetaches(all[cell].detaches, q, seed)
                               : std::nullopt;
                  });
    }
  }
  ForgetCommonParameters(bench);
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
      if (value.cycles) entry["cycles"] = EstimateJson(*value.cycles);
      if (!column.parameters.empty()) entry["parameters"] = column.parameters;
      if (!value.not_ranked.empty()) entry["not_ranked"] = value.not_ranked;
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

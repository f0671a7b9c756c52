// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/scaling.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/load_titles.h"
#include "analysis/rounds.h"
#include "analysis/scaling_fit.h"

namespace knotestat::analysis {
namespace {

constexpr int kScalingResamples = 500;

// What loads of one curve have in common: threads for each CPU included, so
// that an oversubscribed load is not taken for a larger one.
std::string LoadOf(const record::Cell& cell) {
  const int threads = cell.threads * cell.processes;
  return WithoutDevices(LoadParametersOf(cell)) + "/" +
         std::to_string(cell.threads) + "/" +
         std::to_string(cell.cpus > 0 ? threads * 1000 / cell.cpus : threads);
}

// Threads that share CPUs do not show what more CPUs would cost.
bool HasCpusOfItsOwn(const record::Cell& cell, const record::Context& context) {
  if (cell.cpu_list.empty()) return cell.cpus <= context.cpus;
  const auto listed =
      1 + std::count(cell.cpu_list.begin(), cell.cpu_list.end(), ',');
  return cell.cpus <= listed;
}

struct Curve {
  record::Scaling scaling;
  std::map<int, std::pair<int, CurvePoint>> points;  // cell and point, by CPUs
};

class Curves {
 public:
  explicit Curves(uint64_t seed) : seed_(seed) {}

  void Add(const CellRows& rows) {
    for (const auto& path : PathsOf(rows, record::BlockKind::kMean)) {
      Add(rows.cell, path, MeansByRound(rows, {.path = path}));
    }
  }

  std::vector<record::Scaling> Fit() {
    std::vector<record::Scaling> all;
    for (Curve& curve : curves_) {
      if (curve.points.size() < 2) continue;
      std::vector<CurvePoint> points;
      for (auto& [cpus, point] : curve.points) {
        curve.scaling.cpus.push_back(cpus);
        curve.scaling.cells.push_back(point.first);
        points.push_back(std::move(point.second));
      }
      if (points.size() < kMinQueuePoints) {
        curve.scaling.refused =
            "two CPU counts of this machine were measured; a fit to two points "
            "would meet them "
            "whatever they are, so none is made";
      } else {
        curve.scaling.fits = FitModels(points);
      }
      all.push_back(std::move(curve.scaling));
    }
    NameLoads(all);
    return all;
  }

 private:
  static void NameLoads(std::vector<record::Scaling>& all) {
    std::vector<std::pair<std::string, std::string>> loads;
    for (const record::Scaling& scaling : all)
      loads.emplace_back(scaling.workload, scaling.parameters);
    std::vector<std::string> titles = LoadTitles(loads);
    for (size_t i = 0; i < all.size(); ++i) all[i].load = std::move(titles[i]);
  }

  void Add(const record::Cell& cell, const std::string& path,
           const Series& means) {
    const std::string purpose =
        "scaling/" + std::to_string(cell.id) + "/" + path;
    auto drawn = DrawJointly(means, SeedFor(seed_, purpose), kScalingResamples);
    if (!drawn || !(drawn->middle > 0)) return;
    CurvePoint point{cell.cpus, drawn->middle, std::move(drawn->values),
                     drawn->tail};
    CurveOf(cell, path)
        .points.try_emplace(cell.cpus, cell.id, std::move(point));
  }

  // The first curve of this load that has no point there yet: what was
  // measured twice makes a curve of its own.
  Curve& CurveOf(const record::Cell& cell, const std::string& path) {
    auto& places =
        places_[{cell.strategy, cell.scope, cell.workload, path, LoadOf(cell)}];
    for (const size_t place : places) {
      if (!curves_[place].points.contains(cell.cpus)) return curves_[place];
    }
    places.push_back(curves_.size());
    Curve& curve = curves_.emplace_back();
    curve.scaling.strategy = cell.strategy;
    curve.scaling.scope = cell.scope;
    curve.scaling.workload = cell.workload;
    curve.scaling.parameters = WithoutDevices(NormalParameters(cell));
    curve.scaling.path = path;
    return curve;
  }

  using Key = std::tuple<std::string, std::string, std::string, std::string,
                         std::string>;
  uint64_t seed_;
  std::map<Key, std::vector<size_t>> places_;
  std::vector<Curve> curves_;
};

}  // namespace

std::vector<record::Scaling> FitScaling(
    std::span<const CellRows> all, std::span<const record::CellFigures> figures,
    const record::Context& context) {
  Curves curves(context.seed);
  for (size_t i = 0; i < all.size(); ++i) {
    const bool ranked = figures[i].not_ranked.empty();
    if (ranked && HasCpusOfItsOwn(all[i].cell, context)) curves.Add(all[i]);
  }
  return curves.Fit();
}

}  // namespace knotestat::analysis

// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/figures.h"

#include <algorithm>

#include "analysis/bootstrap.h"
#include "analysis/quantile.h"
#include "analysis/rounds.h"
#include "analysis/scaling.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

constexpr std::string_view kSampled = "sampled.";
constexpr std::string_view kMaximum = ".max_ns";

class CellAnalysis {
 public:
  CellAnalysis(const CellRows& rows, const CellRows* floor, uint64_t seed)
      : rows_(rows), floor_(floor), seed_(seed) {
    figures_.cell = rows.cell;
  }

  record::CellFigures Run() {
    AnalyzeMeans();
    AnalyzeSamples();
    AnalyzeDetaches();
    AnalyzeSlowdown();
    TakeCounters();
    RefuseDistorted();
    return std::move(figures_);
  }

 private:
  // Every figure draws its own random numbers, so that adding one changes no
  // other.
  std::optional<record::Estimate> EstimateOf(const Series& series,
                                             const std::string& figure) const {
    if (series.empty()) return std::nullopt;
    const std::string purpose = std::to_string(rows_.cell.id) + "/" + figure;
    return BootstrapMedian(ValuesOf(series), SeedFor(seed_, purpose));
  }

  void AnalyzeMeans() {
    size_t rounds = 0;
    for (const auto& path : PathsOf(rows_, BlockKind::kMean)) {
      const Series means = MeansByRound(rows_, BlockKind::kMean, path);
      if (means.empty()) continue;
      record::PathFigures& figures = figures_.paths[path];
      figures.ns_per_op = EstimateOf(means, "ns_per_op/" + path);
      rounds = std::max(rounds, means.size());
      if (floor_ == nullptr) continue;
      figures.marginal_ns = EstimateOf(
          Difference(means, MeansByRound(*floor_, BlockKind::kMean, path)),
          "marginal_ns/" + path);
    }
    if (rounds > 0) {
      figures_.counters[kRoundsCounter] = static_cast<double>(rounds);
    }
  }

  void AnalyzeSamples() {
    std::map<std::string, std::vector<record::Bucket>> histograms;
    for (const record::Bucket& bucket : rows_.buckets) {
      if (!bucket.histogram.starts_with(kSampled)) continue;
      histograms[bucket.histogram].push_back(bucket);
    }
    for (auto& [name, buckets] : histograms) {
      const auto distribution = DistributionOf(
          std::move(buckets), CounterOf(name + std::string(kMaximum)));
      if (!distribution.has_value()) continue;
      figures_.paths[name.substr(kSampled.size())].sampled_ns = distribution;
    }
  }

  template <typename Member>
  std::vector<double> Durations(Member member) const {
    std::vector<double> durations;
    for (const record::Detach& detach : rows_.detaches) {
      durations.push_back(detach.*member);
    }
    return durations;
  }

  void AnalyzeDetaches() {
    using record::Detach;
    if (rows_.detaches.empty()) return;
    record::FiniFigures& fini = figures_.klist_fini.emplace();
    fini.total = *DistributionOf(Durations(&Detach::total_ns));
    fini.from_intended = *DistributionOf(Durations(&Detach::from_intended_ns));
    fini.publish_p50 = DistributionOf(Durations(&Detach::publish_ns))->p50;
    fini.wait_p50 = DistributionOf(Durations(&Detach::wait_ns))->p50;
    fini.reclaim_p50 = DistributionOf(Durations(&Detach::reclaim_ns))->p50;
  }

  // Per round the mean over the paths of probed / bare - 1.
  void AnalyzeSlowdown() {
    Series sums;
    std::map<int, int> paths;
    for (const auto& path : PathsOf(rows_, BlockKind::kProbed)) {
      const Series bare = MeansByRound(rows_, BlockKind::kBare, path);
      for (const auto& [round, probed] :
           MeansByRound(rows_, BlockKind::kProbed, path)) {
        const auto base = bare.find(round);
        if (base == bare.end() || base->second <= 0) continue;
        sums[round] += probed / base->second - 1;
        ++paths[round];
      }
    }
    for (auto& [round, sum] : sums) sum /= paths[round];
    figures_.certificate.slowdown = EstimateOf(sums, "slowdown");
  }

  std::optional<double> CounterOf(const std::string& name) const {
    const auto counter = rows_.counters.find(name);
    if (counter == rows_.counters.end()) return std::nullopt;
    return counter->second;
  }

  void TakeCounters() {
    record::Certificate& certificate = figures_.certificate;
    for (const auto& [name, value] : rows_.counters) {
      if (name == "events_lost") {
        certificate.events_lost = value;
      } else if (name == "steal_ns") {
        certificate.steal_ns = value;
      } else if (name == "involuntary_switches") {
        certificate.involuntary_switches = value;
      } else if (name == "oracle_violations") {
        figures_.oracle_violations = value;
      } else if (!name.ends_with(kMaximum)) {
        figures_.counters[name] = value;
      }
    }
  }

  // Means stay: their blocks have no probes.
  void RefuseDistorted() {
    const auto& slowdown = figures_.certificate.slowdown;
    if (!slowdown.has_value() || slowdown->lo <= kMaxSlowdown) return;
    figures_.counters[kRefusedCounter] = 1;
    figures_.klist_fini.reset();
    for (auto& [name, path] : figures_.paths) path.sampled_ns.reset();
    std::erase_if(figures_.paths, [](const auto& entry) {
      return !entry.second.ns_per_op.has_value();
    });
  }

  const CellRows& rows_;
  const CellRows* floor_;
  uint64_t seed_;
  record::CellFigures figures_;
};

}  // namespace

record::Figures Analyze(const record::Run& run) {
  record::Figures figures;
  figures.context = run.context;
  figures.finished = run.finished;
  const std::vector<CellRows> all = RowsByCell(run);
  for (const CellRows& rows : all) {
    const CellRows* floor = FloorOf(all, rows.cell);
    figures.cells.push_back(CellAnalysis(rows, floor, run.context.seed).Run());
  }
  figures.scaling = FitScaling(run);
  return figures;
}

}  // namespace knotestat::analysis

// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/figures.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/interruptions.h"
#include "analysis/probe_effect.h"
#include "analysis/quantile.h"
#include "analysis/rounds.h"
#include "analysis/scaling.h"
#include "analysis/steady_rows.h"
#include "analysis/steady_state.h"
#include "analysis/timer_correction.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

constexpr std::string_view kSampled = "sampled.";
constexpr std::string_view kMaximum = ".max_ns";

class CellAnalysis {
 public:
  CellAnalysis(const CellRows& rows, const CellRows* floor,
               const TimerCorrection& timer, uint64_t seed)
      : rows_(rows), floor_(floor), timer_(timer), seed_(seed) {
    figures_.cell = rows.cell;
  }

  record::CellFigures Run(record::CellState state) {
    figures_.state = std::move(state);
    AnalyzeMeans();
    AnalyzeSamples();
    AnalyzeDetaches();
    AnalyzeSlowdown();
    TakeCounters();
    RefuseDistorted();
    JudgeRanking();
    return std::move(figures_);
  }

 private:
  // Every figure draws its own random numbers, so that adding one changes no
  // other.
  std::optional<record::Estimate> Estimated(const Series& series,
                                            const std::string& figure) const {
    return EstimateOf(series,
                      SeedFor(seed_, absl::StrCat(rows_.cell.id, "/", figure)));
  }

  void AnalyzeMeans() {
    size_t rounds = 0;
    std::set<int> launches;
    for (const auto& path : PathsOf(rows_, BlockKind::kMean)) {
      const BlockFilter filter = {.path = path};
      const Series means = MeansByRound(rows_, filter);
      if (means.empty()) continue;
      for (const RoundValue& round : means) launches.insert(round.launch);
      record::PathFigures& figures = figures_.paths[path];
      figures.ns_per_op = Estimated(means, "ns_per_op/" + path);
      figures.fairness = FairnessOf(path);
      rounds = std::max(rounds, means.size());
      const Series cycles = CyclesByRound(rows_, filter);
      figures.cycles_per_op = Estimated(cycles, "cycles_per_op/" + path);
      AddClock(filter);
      if (floor_ == nullptr) continue;
      figures.marginal_ns =
          Estimated(Difference(means, MeansByRound(*floor_, filter)),
                    "marginal_ns/" + path);
      figures.marginal_cycles =
          Estimated(Difference(cycles, CyclesByRound(*floor_, filter)),
                    "marginal_cycles/" + path);
    }
    SummarizeClock();
    figures_.launches = static_cast<int>(launches.size());
    if (rounds > 0) {
      figures_.counters[kRoundsCounter] = static_cast<double>(rounds);
    }
  }

  void AddClock(const BlockFilter& filter) {
    for (const RoundValue& round : ClockByRound(rows_, filter))
      clock_ghz_.push_back(round.value);
  }

  void SummarizeClock() {
    if (clock_ghz_.empty()) return;
    std::sort(clock_ghz_.begin(), clock_ghz_.end());
    figures_.certificate.clock_ghz = {clock_ghz_[clock_ghz_.size() / 2],
                                      clock_ghz_.front(), clock_ghz_.back()};
  }

  // Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and Discrimination",
  // 1984, of the threads' operations per time.
  std::optional<record::Fairness> FairnessOf(const std::string& path) const {
    Series jain;
    Series extremes;
    ForEachRound(
        rows_, {.path = path}, [&](int round, int launch, auto blocks) {
          if (blocks.size() < 2) return;
          double sum = 0;
          double squares = 0;
          double least = INFINITY;
          double most = 0;
          for (const record::Block* block : blocks) {
            if (block->elapsed_ns <= 0) return;
            const double throughput =
                static_cast<double>(block->operations) / block->elapsed_ns;
            sum += throughput;
            squares += throughput * throughput;
            least = std::min(least, throughput);
            most = std::max(most, throughput);
          }
          const auto threads = static_cast<double>(blocks.size());
          jain.push_back({round, launch, sum * sum / (threads * squares)});
          extremes.push_back({round, launch, least / most});
        });
    if (jain.empty()) return std::nullopt;
    return record::Fairness{
        Within(*Estimated(jain, "jain/" + path), 1),
        Within(*Estimated(extremes, "min_over_max/" + path), 1)};
  }

  // A t interval knows of no bounds: neither index is beyond 0 or 1.
  static record::Estimate Within(record::Estimate estimate, double most) {
    estimate.lo = std::max(estimate.lo, 0.0);
    estimate.hi = std::min(estimate.hi, most);
    return estimate;
  }

  void AnalyzeSamples() {
    std::map<std::string, std::vector<record::Bucket>> histograms;
    for (const record::Bucket& bucket : rows_.buckets) {
      if (!bucket.histogram.starts_with(kSampled)) continue;
      histograms[bucket.histogram].push_back(bucket);
    }
    for (auto& [name, buckets] : histograms) {
      const auto max = CounterOf(name + std::string(kMaximum));
      auto distribution = timer_.Correct(buckets, max);
      if (!distribution) distribution = DistributionOf(std::move(buckets), max);
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

  void AnalyzeSlowdown() {
    const Series all = SlowdownByRound(rows_, "");
    figures_.certificate.slowdown = Estimated(all, "slowdown/");
    slowdown_is_sure_ =
        MiddlesByLaunch(all).size() > 1 || all.size() >= kMinRounds;
    for (const std::string& probe : ProbesAlone(rows_)) {
      const auto slowdown =
          Estimated(SlowdownByRound(rows_, probe), "slowdown/" + probe);
      if (slowdown) figures_.certificate.slowdown_by_probe[probe] = *slowdown;
    }
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
    if (!slowdown_is_sure_ || slowdown->lo <= kMaxSlowdown) return;
    figures_.counters[kRefusedCounter] = 1;
    figures_.klist_fini.reset();
    for (auto& [name, path] : figures_.paths) path.sampled_ns.reset();
    std::erase_if(figures_.paths, [](const auto& entry) {
      return !entry.second.ns_per_op.has_value();
    });
  }

  void JudgeRanking() {
    for (const Steadiness verdict :
         {Steadiness::kSlowdown, Steadiness::kNone}) {
      if (figures_.state.verdict != NameOf(verdict)) continue;
      figures_.not_ranked =
          verdict == Steadiness::kNone
              ? "no steady state: its cost came and went, or had not settled "
                "when the run ended"
              : "slowdown: it was slower at the end of the run than earlier";
    }
  }

  const CellRows& rows_;
  const CellRows* floor_;
  const TimerCorrection& timer_;
  uint64_t seed_;
  std::vector<double> clock_ghz_;  // of all rounds and paths
  bool slowdown_is_sure_ = false;  // its interval is one of 95 %
  record::CellFigures figures_;
};

}  // namespace

record::Figures Analyze(const record::Run& run) {
  return Analyze(run, SteadyRowsOf(run));
}

record::Figures Analyze(const record::Run& run, const SteadyRows& steady) {
  const TimerCorrection timer(run.context);
  record::Figures figures;
  figures.context = run.context;
  figures.finished = run.finished;
  figures.interruptions = InterruptionsOf(run.context);
  figures.timer_floor_ns = timer.floor_ns();
  figures.timer_removed = timer.removes();
  const FloorIndex floors(steady.all);
  for (size_t i = 0; i < steady.all.size(); ++i) {
    const CellRows& rows = steady.all[i];
    figures.cells.push_back(
        CellAnalysis(rows, floors.Of(rows), timer, run.context.seed)
            .Run(steady.state[i]));
  }
  figures.slowdown_by_probe = SlowdownsOfRun(steady.all, run.context.seed);
  figures.scaling = FitScaling(steady.all, figures.cells, run.context);
  figures.truths = run.truths;
  return figures;
}

}  // namespace knotestat::analysis

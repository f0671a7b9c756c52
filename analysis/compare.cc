// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/bootstrap.h"
#include "analysis/decision.h"
#include "analysis/detaches.h"
#include "analysis/difference.h"
#include "analysis/figures.h"
#include "analysis/phrases.h"
#include "analysis/quantile.h"
#include "analysis/steady_rows.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

// Replicates of a quantile over two launches cover the truth in as few as 84 %.
constexpr size_t kLaunchesToCompare = 3;

// A cell is the same in both runs if this is.
std::string KeyOf(const record::Cell& cell) {
  return absl::StrCat(cell.strategy, "\n", cell.scope, "\n", cell.workload,
                      "\n", NormalParameters(cell), "\n", cell.cpus, "\n",
                      cell.threads, "\n", cell.processes, "\n", cell.cpu_list);
}

// One run, with what is needed of it again and again.
struct Side {
  explicit Side(const record::Run& run)
      : seed(run.context.seed),
        rows(SteadyRowsOf(run)),
        floors(rows.all),
        figures(Analyze(run, rows)) {
    for (size_t i = 0; i < rows.all.size(); ++i) {
      // A merged file may have a cell once refused and once measured.
      const record::Cell& cell = rows.all[i].cell;
      if (cell.refused.empty()) {
        position[KeyOf(cell)] = i;
      } else {
        position.emplace(KeyOf(cell), i);
      }
    }
  }

  uint64_t seed;
  SteadyRows rows;
  FloorIndex floors;
  record::Figures figures;
  std::map<std::string, size_t> position;
};

// The same cell of one of the runs.
struct CellSide {
  const Side& side;
  const CellRows& rows;
  const record::CellFigures& figures;

  CostRows Costs() const { return {rows, side.floors.Of(rows)}; }
};

CellSide At(const Side& side, size_t position) {
  return {side, side.rows.all[position], side.figures.cells[position]};
}

class CellComparison {
 public:
  CellComparison(const CellSide& before, const CellSide& after,
                 const CompareOptions& options)
      : before_(before), after_(after), options_(options) {}

  void AppendTo(std::vector<Change>& changes) {
    const auto paths = PathsOf(after_.rows, BlockKind::kMean);
    for (const auto& path : PathsOf(before_.rows, BlockKind::kMean)) {
      if (paths.contains(path)) changes.push_back(ComparePath(path));
    }
    // Without figures the certificate has refused them, or there are none.
    if (!before_.figures.klist_fini || !after_.figures.klist_fini) return;
    changes.push_back(CompareDetaches(0.5));
    const auto tail = HighestQuantile(
        std::min(before_.rows.detaches.size(), after_.rows.detaches.size()));
    if (tail.value_or(0.5) > 0.5) changes.push_back(CompareDetaches(*tail));
  }

 private:
  Change NewChange(std::string path, std::string figure) const {
    Change change;
    change.cell = after_.rows.cell;
    change.path = std::move(path);
    change.figure = std::move(figure);
    return change;
  }

  // The two runs may have the same seed; their draws must not be the same.
  uint64_t SeedOf(const CellSide& side, const Change& change) const {
    const char* which = &side == &before_ ? "before/" : "after/";
    return SeedFor(side.side.seed,
                   absl::StrCat("compare/", which, KeyOf(change.cell),
                                change.path, change.figure));
  }

  Change ComparePath(const std::string& path) const {
    const CostDifference cost =
        CompareCosts(before_.Costs(), after_.Costs(), path);
    Change change =
        NewChange(path, cost.marginal ? "marginal_ns" : "ns_per_op");
    if (cost.rounds < kMinRounds) {
      change.reason = absl::StrCat("fewer than ", kMinRounds, " rounds");
      return change;
    }
    change.scale = cost.scale;
    change.effect = cost.effect;
    change.clocks = cost.clocks;
    Judge(change, cost.before, cost.after, cost.tested, cost.scale);
    if (cost.only_in_cycles && change.outcome != Outcome::kSame) {
      change.reason =
          "it changed in cycles of the CPU's clock, but not in ns: it may be "
          "waiting for memory, which does not follow the clock";
    }
    return change;
  }

  Change CompareDetaches(double q) const {
    Change change = NewChange("", "klist_fini_" + QuantileName(q));
    const auto before =
        ResampleDetaches(before_.rows.detaches, q, SeedOf(before_, change));
    const auto after =
        ResampleDetaches(after_.rows.detaches, q, SeedOf(after_, change));
    if (!before.has_value() || !after.has_value()) {
      change.reason =
          absl::StrCat("fewer than ", DetachesNeeded(q), " klist_fini()");
      return change;
    }
    if (std::string few = TooFewDraws(); !few.empty()) {
      change.reason = std::move(few);
      return change;
    }
    change.effect = CliffsDelta(LatenciesOf(before_), LatenciesOf(after_));
    Judge(change, before->middle, after->middle,
          TestDifference(before->middle, after->middle, before->values,
                         after->values),
          before->middle);
    return change;
  }

  // What went on in a process, or a round, is in all of its detaches: with few
  // of either chance would pass for a change.
  std::string TooFewDraws() const {
    for (const CellSide* side : {&before_, &after_}) {
      std::set<int> launches, rounds;
      for (const record::Detach& detach : side->rows.detaches) {
        launches.insert(detach.launch);
        rounds.insert(detach.round);
      }
      if (launches.size() == 1 && rounds.size() < kMinRounds)
        return absl::StrCat("one process with fewer than ", kMinRounds,
                            " rounds of klist_fini()");
      if (launches.size() > 1 && launches.size() < kLaunchesToCompare)
        return absl::StrCat("fewer than ", kLaunchesToCompare,
                            " launches, each of which draws its own tail");
    }
    return "";
  }

  static std::vector<double> LatenciesOf(const CellSide& side) {
    std::vector<double> latencies;
    for (const record::Detach& detach : side.rows.detaches) {
      latencies.push_back(detach.total_ns);
    }
    return latencies;
  }

  // `scale` is what `same_within` is a part of, in ns.
  void Judge(Change& change, double before, double after,
             const TestedDifference& tested, double scale) const {
    change.before = before;
    change.after = after;
    change.difference = tested.difference;
    change.p = tested.p;
    if (before > 0) change.relative = (after - before) / before;
    const double margin = options_.same_within * scale;
    const auto& difference = tested.difference;
    if (difference.lo >= -margin && difference.hi <= margin) {
      change.outcome = Outcome::kSame;
    } else {
      change.reason = absl::StrCat("the difference may be anything from ",
                                   Duration(difference.lo), " to ",
                                   Duration(difference.hi));
    }
    change.unsteady = Unsteady();
  }

  std::string Unsteady() const {
    if (!before_.figures.not_ranked.empty()) {
      return "before: " + before_.figures.not_ranked;
    }
    if (!after_.figures.not_ranked.empty()) {
      return "after: " + after_.figures.not_ranked;
    }
    return "";
  }

  const CellSide& before_;
  const CellSide& after_;
  const CompareOptions& options_;
};

// Calls a change better or worse where chance is too unlikely.
void DecideAll(std::vector<Change>& changes, double rate) {
  std::vector<Change*> tested;
  std::vector<double> p_values;
  for (Change& change : changes) {
    if (!change.difference.has_value()) continue;
    tested.push_back(&change);
    p_values.push_back(change.p);
  }
  const std::vector<double> adjusted = AdjustForMany(p_values);
  for (size_t i = 0; i < tested.size(); ++i) {
    Change& change = *tested[i];
    change.adjusted_p = adjusted[i];
    if (!change.unsteady.empty()) {
      change.outcome = Outcome::kCannotTell;
      change.reason = change.unsteady;
      continue;
    }
    if (change.adjusted_p > rate) continue;
    change.outcome =
        change.difference->median < 0 ? Outcome::kBetter : Outcome::kWorse;
    change.reason.clear();
  }
}

void WarnIfDifferent(std::vector<std::string>& warnings, const char* what,
                     const std::string& before, const std::string& after) {
  if (before == after) return;
  warnings.push_back(
      absl::StrCat(what, " differs: ", before, " before, ", after, " after"));
}

std::vector<std::string> ContextWarnings(const record::Context& before,
                                         const record::Context& after) {
  std::vector<std::string> warnings;
  WarnIfDifferent(warnings, "the host", before.host, after.host);
  WarnIfDifferent(warnings, "the kernel", before.kernel, after.kernel);
  WarnIfDifferent(warnings, "the CPU", before.cpu_model, after.cpu_model);
  WarnIfDifferent(warnings, "the number of CPUs", CpuCount(before.cpus),
                  CpuCount(after.cpus));
  WarnIfDifferent(warnings, "the build", before.build, after.build);
  WarnIfDifferent(warnings, "the use of eBPF", before.bpf ? "with" : "without",
                  after.bpf ? "with" : "without");
  return warnings;
}

// Processes that measured the least of any cell.
int FewestLaunches(const record::Figures& figures) {
  int fewest = 0;
  for (const record::CellFigures& cell : figures.cells) {
    if (cell.launches == 0) continue;
    fewest = fewest == 0 ? cell.launches : std::min(fewest, cell.launches);
  }
  return fewest;
}

void WarnOfOneProcess(const Side& before, const Side& after,
                      std::vector<std::string>& warnings) {
  const int old_launches = FewestLaunches(before.figures);
  const int new_launches = FewestLaunches(after.figures);
  if (old_launches == 0 || new_launches == 0) return;
  if (std::min(old_launches, new_launches) >= 2) return;
  const char* which = old_launches == new_launches ? "both files"
                      : old_launches == 1          ? "the file before"
                                                   : "the file after";
  warnings.push_back(absl::StrCat(
      which,
      " measured with one process: what differs may be where that one "
      "was placed in memory; measure with several launches"));
}

// The floor has no strategy that could have changed.
void WarnOfMovedFloor(Comparison& comparison) {
  for (const Change& change : comparison.changes) {
    const bool moved =
        change.outcome == Outcome::kBetter || change.outcome == Outcome::kWorse;
    if (change.cell.strategy != kFloor || !moved) continue;
    comparison.warnings.push_back(absl::StrCat(
        "the machine itself changed: ", change.path,
        " without any strategy "
        "took ",
        Duration(change.before), " before and ", Duration(change.after),
        " after, at ", CpuCount(change.cell.cpus)));
  }
}

// Costs are told at the clock before; who reads them has to know.
void WarnOfMovedClock(Comparison& comparison) {
  std::vector<double> before, after;
  for (const Change& change : comparison.changes) {
    if (!change.clocks || !change.clocks->Moved()) continue;
    before.push_back(change.clocks->before);
    after.push_back(change.clocks->after);
  }
  if (before.empty()) return;
  comparison.warnings.push_back(
      absl::StrFormat("the CPUs' clock was %.2f GHz before and %.2f GHz after: "
                      "costs are compared in its cycles, told as ns at the "
                      "clock before",
                      Median(before), Median(after)));
}

}  // namespace

Comparison Compare(const record::Run& before, const record::Run& after,
                   const CompareOptions& options) {
  const Side old_side(before);
  const Side new_side(after);
  Comparison comparison;
  comparison.other_machine = ContextWarnings(before.context, after.context);
  comparison.warnings = comparison.other_machine;
  WarnOfOneProcess(old_side, new_side, comparison.warnings);
  for (size_t i = 0; i < new_side.rows.all.size(); ++i) {
    const record::Cell& cell = new_side.rows.all[i].cell;
    const auto old_position = old_side.position.find(KeyOf(cell));
    if (old_position == old_side.position.end()) {
      comparison.only_after.push_back(cell);
      continue;
    }
    CellComparison(At(old_side, old_position->second), At(new_side, i), options)
        .AppendTo(comparison.changes);
  }
  for (const CellRows& rows : old_side.rows.all) {
    if (!new_side.position.contains(KeyOf(rows.cell))) {
      comparison.only_before.push_back(rows.cell);
    }
  }
  DecideAll(comparison.changes, options.false_discovery_rate);
  WarnOfMovedClock(comparison);
  WarnOfMovedFloor(comparison);
  return comparison;
}

}  // namespace knotestat::analysis

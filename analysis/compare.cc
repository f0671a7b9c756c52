// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "analysis/bootstrap.h"
#include "analysis/decision.h"
#include "analysis/detaches.h"
#include "analysis/difference.h"
#include "analysis/figures.h"
#include "analysis/phrases.h"
#include "analysis/quantile.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

// A cell is the same in both runs if this is.
std::string KeyOf(const record::Cell& cell) {
  return absl::StrCat(cell.strategy, "\n", cell.scope, "\n", cell.workload,
                      "\n", NormalParameters(cell), "\n", cell.cpus, "\n",
                      cell.threads, "\n", cell.processes, "\n", cell.cpu_list);
}

// One run, with what is needed of it again and again.
struct Side {
  explicit Side(const record::Run& run)
      : seed(run.context.seed), all(RowsByCell(run)), figures(Analyze(run)) {
    for (size_t i = 0; i < all.size(); ++i) position[KeyOf(all[i].cell)] = i;
  }

  uint64_t seed;
  std::vector<CellRows> all;
  record::Figures figures;
  std::map<std::string, size_t> position;
};

// The same cell of one of the runs.
struct CellSide {
  const Side& side;
  const CellRows& rows;
  const record::CellFigures& figures;

  Series MarginalOf(const std::string& path) const {
    const CellRows* floor = FloorOf(side.all, rows.cell);
    if (floor == nullptr) return {};
    return Difference(MeansByRound(rows, BlockKind::kMean, path),
                      MeansByRound(*floor, BlockKind::kMean, path));
  }
};

CellSide At(const Side& side, size_t position) {
  return {side, side.all[position], side.figures.cells[position]};
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
    const Series base = MeansByRound(before_.rows, BlockKind::kMean, path);
    Series before = before_.MarginalOf(path);
    Series after = after_.MarginalOf(path);
    const bool marginal = !before.empty() && !after.empty();
    if (!marginal) {
      before = base;
      after = MeansByRound(after_.rows, BlockKind::kMean, path);
    }
    Change change = NewChange(path, marginal ? "marginal_ns" : "ns_per_op");
    std::vector<double> old_values = ValuesOf(before);
    std::vector<double> new_values = ValuesOf(after);
    if (std::min(old_values.size(), new_values.size()) < kMinRounds) {
      change.reason = absl::StrCat("fewer than ", kMinRounds, " rounds");
      return change;
    }
    const auto old_draws =
        ResampledMedians(old_values, SeedOf(before_, change));
    const auto new_draws = ResampledMedians(new_values, SeedOf(after_, change));
    std::vector<double> costs = ValuesOf(base);
    Judge(change, Median(old_values), Median(new_values), old_draws, new_draws,
          Median(costs));
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
    Judge(change, before->quantile, after->quantile, before->replicates,
          after->replicates, before->quantile);
    return change;
  }

  // `scale` is what `same_within` is a part of, in ns.
  void Judge(Change& change, double before, double after,
             const std::vector<double>& old_draws,
             const std::vector<double>& new_draws, double scale) const {
    const TestedDifference tested =
        TestDifference(before, after, old_draws, new_draws);
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

}  // namespace

bool Comparison::AnyWorse() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.outcome == Outcome::kWorse && change.cell.strategy != kFloor;
  });
}

bool Comparison::AnyUndecided() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.outcome == Outcome::kCannotTell;
  });
}

Comparison Compare(const record::Run& before, const record::Run& after,
                   const CompareOptions& options) {
  const Side old_side(before);
  const Side new_side(after);
  Comparison comparison;
  comparison.warnings = ContextWarnings(before.context, after.context);
  for (size_t i = 0; i < new_side.all.size(); ++i) {
    const record::Cell& cell = new_side.all[i].cell;
    const auto old_position = old_side.position.find(KeyOf(cell));
    if (old_position == old_side.position.end()) {
      comparison.only_after.push_back(cell);
      continue;
    }
    CellComparison(At(old_side, old_position->second), At(new_side, i), options)
        .AppendTo(comparison.changes);
  }
  for (const CellRows& rows : old_side.all) {
    if (!new_side.position.contains(KeyOf(rows.cell))) {
      comparison.only_before.push_back(rows.cell);
    }
  }
  DecideAll(comparison.changes, options.false_discovery_rate);
  WarnOfMovedFloor(comparison);
  return comparison;
}

}  // namespace knotestat::analysis

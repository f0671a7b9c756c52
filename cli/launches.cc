// SPDX-License-Identifier: BSD-2-Clause
#include "cli/launches.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "analysis/figures.h"
#include "cli/progress.h"
#include "collector/cell_description.h"
#include "collector/launch.h"
#include "collector/machine.h"

namespace knotestat::cli {
namespace {

using collector::GroupPlan;

// Without a limit of its own a precision that cannot be reached would be
// sought for ever.
constexpr double kDefaultPrecisionSeconds = 600;

// The interval that decides: of the marginal cost, or of the floor's own.
bool IsPrecise(const record::PathFigures& path, const Precision& precision) {
  if (!path.ns_per_op) return false;
  const record::Estimate& figure =
      path.marginal_ns ? *path.marginal_ns : *path.ns_per_op;
  const double half = (figure.hi - figure.lo) / 2;
  return precision.ns ? half <= *precision.ns
                      : half <= *precision.share * path.ns_per_op->median;
}

std::string NameOf(const GroupPlan& group) {
  return absl::StrCat(group.workload, ", ", group.cpu_count,
                      group.cpu_count == 1 ? " CPU" : " CPUs");
}

class Launches {
 public:
  Launches(const LaunchPlan& plan, record::Writer& writer,
           const std::atomic<bool>& stop)
      : plan_(plan),
        writer_(writer),
        interrupted_(stop),
        begin_(absl::Now()),
        made_(plan.plan.groups.size(), 0),
        begun_(plan.plan.groups.size(), 0),
        precise_(plan.plan.groups.size(), false) {}

  absl::StatusOr<Enough> Run() {
    if (absl::Status status = TakeUp(); !status.ok()) return status;
    while (const std::optional<int> pass = Pass()) {
      for (size_t group = 0; group < made_.size(); ++group) {
        if (IsDone(group) || made_[group] > *pass) continue;
        if (OutOfTime()) return HowItEnded();
        if (absl::Status status = Launch(group); !status.ok()) return status;
      }
      if (absl::Status status = LookAtPrecision(); !status.ok()) return status;
    }
    return Enough::kYes;
  }

 private:
  // What the file has already, and the cells that it has not.
  absl::Status TakeUp() {
    const auto run = writer_.Snapshot();
    if (!run.ok()) return run.status();
    for (const record::Launch& launch : run->launches) {
      last_id_ = std::max(last_id_, launch.id);
      for (size_t group = 0; group < made_.size(); ++group) {
        if (Group(group).first_cell != launch.first_cell) continue;
        ++begun_[group];
        made_[group] += launch.finished;
      }
    }
    std::set<int> known;
    for (const record::Cell& cell : run->cells) known.insert(cell.id);
    for (const GroupPlan& group : plan_.plan.groups) {
      for (const record::Cell& cell : collector::DescribeCells(group)) {
        if (known.count(cell.id) != 0) continue;
        if (absl::Status added = writer_.AddCell(cell); !added.ok())
          return added;
      }
    }
    return LookAtPrecision();
  }

  // Fewest launches of a group that needs more; none if no group does.
  std::optional<int> Pass() const {
    std::optional<int> fewest;
    for (size_t group = 0; group < made_.size(); ++group) {
      if (!IsDone(group))
        fewest = std::min(fewest.value_or(made_[group]), made_[group]);
    }
    return fewest;
  }

  const GroupPlan& Group(size_t group) const {
    return plan_.plan.groups[group];
  }

  bool IsDone(size_t group) const {
    if (made_[group] < plan_.plan.launches) return false;
    return !plan_.precision || precise_[group] || made_[group] >= kMostLaunches;
  }

  bool OutOfTime() const {
    const double limit = plan_.max_seconds.value_or(
        plan_.precision ? kDefaultPrecisionSeconds : 1e18);
    return absl::ToDoubleSeconds(absl::Now() - begin_) >= limit;
  }

  Enough HowItEnded() const {
    return plan_.precision ? Enough::kNotPreciseYet : Enough::kOutOfTime;
  }

  absl::Status Launch(size_t group) {
    const collector::LaunchOrder order = {.plan = plan_.options,
                                          .group = static_cast<int>(group),
                                          .id = ++last_id_,
                                          .finished = made_[group],
                                          .begun = begun_[group]++,
                                          .launches = plan_.plan.launches,
                                          .timer = plan_.timer,
                                          .bpf = plan_.bpf};
    absl::Status status =
        writer_.AddLaunch({.id = order.id,
                           .first_cell = Group(group).first_cell,
                           .started_at = collector::TimeNow()});
    if (!status.ok()) return status;
    const std::string what = NameOf(Group(group));
    status = collector::RunLaunch(
        order, [&](const record::Batch& rows) { return writer_.Commit(rows); },
        [&](double done) { progress_.Show(Share(group, done), what); },
        interrupted_);
    if (!status.ok())
      return absl::Status(
          status.code(),
          absl::StrCat("workload ", what, ": ", std::string(status.message())));
    ++made_[group];
    return writer_.FinishLaunch(order.id);
  }

  // Finished part of the run while `group` is `done`. With a precision to be
  // reached nobody knows; then of the launches that must be.
  double Share(size_t group, double done) const {
    double finished = 0, all = 0;
    for (size_t i = 0; i < made_.size(); ++i) {
      finished += made_[i] + (i == group ? done : 0);
      all += std::max(plan_.plan.launches, made_[i] + (i == group ? 1 : 0));
    }
    return finished / all;
  }

  absl::Status LookAtPrecision() {
    if (!plan_.precision) return absl::OkStatus();
    const auto run = writer_.Snapshot();
    if (!run.ok()) return run.status();
    const record::Figures figures = analysis::Analyze(*run);
    for (size_t group = 0; group < made_.size(); ++group)
      precise_[group] = made_[group] > 0;
    for (const record::CellFigures& cell : figures.cells) {
      if (!cell.cell.refused.empty()) continue;
      for (const auto& [path, values] : cell.paths) {
        if (!IsPrecise(values, *plan_.precision))
          precise_[GroupOf(cell.cell.id)] = false;
      }
    }
    return absl::OkStatus();
  }

  size_t GroupOf(int cell) const {
    size_t group = 0;
    while (group + 1 < made_.size() && Group(group + 1).first_cell <= cell)
      ++group;
    return group;
  }

  const LaunchPlan& plan_;
  record::Writer& writer_;
  const std::atomic<bool>& interrupted_;
  const absl::Time begin_;
  std::vector<int> made_;      // finished launches of each group
  std::vector<int> begun_;     // the finished ones, and such as were broken off
  std::vector<bool> precise_;  // by group
  int last_id_ = 0;
  Progress progress_;
};

}  // namespace

absl::StatusOr<Precision> ParsePrecision(const std::string& text) {
  double value = 0;
  const bool percent = text.ends_with("%");
  const std::string number = percent ? text.substr(0, text.size() - 1)
                             : text.ends_with("ns")
                                 ? text.substr(0, text.size() - 2)
                                 : "";
  if (!absl::SimpleAtod(number, &value) || !(value > 0) || value > 1e9) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--precision: '", text,
        "': give half the width of the interval in ns or in percent of the "
        "operation's cost, such as 0.05ns or 1%"));
  }
  Precision precision;
  if (percent) {
    precision.share = value / 100;
  } else {
    precision.ns = value;
  }
  return precision;
}

absl::StatusOr<Enough> RunLaunches(const LaunchPlan& plan,
                                   record::Writer& writer,
                                   const std::atomic<bool>& stop) {
  return Launches(plan, writer, stop).Run();
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/live/run_progress.h"

#include <algorithm>
#include <cmath>

#include "absl/time/time.h"
#include "dashboards/units.h"
#include "record/schema.h"

namespace knotestat::dashboards {
namespace {

using record::Cell;
using record::Launch;

double UnixSeconds(const std::string& time) {
  absl::Time parsed;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, time, &parsed, &error)) return 0;
  return absl::ToDoubleSeconds(parsed - absl::UnixEpoch());
}

// Every group measures the same strategies, so it is as long as it takes for
// the first one to come again.
size_t CellsOfGroup(const std::vector<Cell>& cells) {
  for (size_t i = 1; i < cells.size(); ++i) {
    if (cells[i].strategy == cells[0].strategy &&
        cells[i].scope == cells[0].scope)
      return i;
  }
  return cells.size();
}

double NumberIn(const nlohmann::json& plan, const char* key) {
  const auto found = plan.find(key);
  if (found == plan.end() || !found->is_number()) return 0;
  const auto value = found->get<double>();
  return std::isfinite(value) && value > 0 && value < 1e9 ? value : 0;
}

class Estimator {
 public:
  Estimator(const record::Glance& glance, double now_s)
      : run_(glance.run), glance_(glance), now_s_(now_s) {
    plan_ = nlohmann::json::parse(run_.context.plan, nullptr, false);
    if (!plan_.is_object()) plan_ = nlohmann::json::object();
  }

  RunProgress Estimate() {
    RunProgress progress;
    Count(progress);
    progress.now = Now();
    progress.silent_seconds = std::max(0.0, now_s_ - glance_.stored_at_s);
    if (run_.finished) {
      progress.state = RunProgress::State::kFinished;
      progress.share = 1;
      progress.seconds_left = 0;
      progress.now.clear();
      return progress;
    }
    if (progress.silent_seconds > kSilentSeconds)
      progress.state = RunProgress::State::kSilent;
    EstimateTime(progress);
    return progress;
  }

 private:
  void Count(RunProgress& progress) const {
    const size_t size = CellsOfGroup(run_.cells);
    progress.groups =
        size == 0 ? 0 : static_cast<int>((run_.cells.size() + size - 1) / size);
    for (const Launch& launch : run_.launches)
      progress.launches += launch.finished;
    progress.at_least = plan_.contains("precision");
    progress.planned_launches =
        static_cast<int>(NumberIn(plan_, "launches")) * progress.groups;
    if (progress.planned_launches == 0) return;
    const int begun = progress.launches + (Current() != nullptr ? 1 : 0);
    progress.planned_launches = std::max(progress.planned_launches, begun);
  }

  // The launch that is going on, or was when the run was stopped.
  const Launch* Current() const {
    if (run_.launches.empty() || run_.launches.back().finished) return nullptr;
    return &run_.launches.back();
  }

  // The first launch since the run was begun or resumed: an unfinished one
  // before the last was cut off.
  size_t FirstOfThisStart() const {
    size_t first = 0;
    for (size_t i = 0; i + 1 < run_.launches.size(); ++i) {
      if (!run_.launches[i].finished) first = i + 1;
    }
    return first;
  }

  // Seconds that a launch takes: of those that have ended, or as planned. Times
  // are kept in whole seconds, so only many launches together tell.
  double LaunchSeconds() const {
    const size_t first = FirstOfThisStart();
    const size_t last = run_.launches.size() - 1;
    if (last > first) {
      const double passed = UnixSeconds(run_.launches[last].started_at) -
                            UnixSeconds(run_.launches[first].started_at);
      if (passed >= 3) return passed / static_cast<double>(last - first);
    }
    const double launches = NumberIn(plan_, "launches");
    return launches == 0
               ? 0
               : NumberIn(plan_, "seconds") *
                     static_cast<double>(CellsOfGroup(run_.cells)) / launches;
  }

  void EstimateTime(RunProgress& progress) const {
    if (progress.planned_launches == 0) return;
    const double all = progress.planned_launches;
    const double launch_s = run_.launches.empty() ? 0 : LaunchSeconds();
    double done = progress.launches;
    if (const Launch* current = Current(); current != nullptr && launch_s > 0) {
      const double until = progress.state == RunProgress::State::kSilent
                               ? glance_.stored_at_s
                               : now_s_;
      done += std::clamp((until - UnixSeconds(current->started_at)) / launch_s,
                         0.0, 0.95);
    }
    progress.share = std::min(1.0, done / all);
    if (launch_s == 0 || progress.state == RunProgress::State::kSilent) return;
    double left_s = (all - done) * launch_s;
    if (const double limit_s = NumberIn(plan_, "max-time"); limit_s > 0) {
      const double begun_s =
          UnixSeconds(run_.launches[FirstOfThisStart()].started_at);
      left_s = std::min(left_s, std::max(0.0, begun_s + limit_s - now_s_));
    }
    progress.seconds_left = left_s;
  }

  std::string Now() const {
    if (!glance_.newest) return "";
    for (const Cell& cell : run_.cells) {
      if (cell.id != glance_.newest->cell) continue;
      return cell.workload + ", " + std::to_string(cell.cpus) +
             (cell.cpus == 1 ? " CPU, " : " CPUs, ") + cell.strategy + ":" +
             cell.scope + ", " +
             std::string(record::NameOf(glance_.newest->kind)) + " block";
    }
    return "";
  }

  const record::Run& run_;
  const record::Glance& glance_;
  const double now_s_;
  nlohmann::json plan_;
};

std::string MinutesAndSeconds(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  const std::string rest = std::to_string(whole % 60);
  return std::to_string(whole / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

RunProgress ProgressOf(const record::Glance& glance, double now_s) {
  return Estimator(glance, now_s).Estimate();
}

std::string NameOf(RunProgress::State state) {
  switch (state) {
    case RunProgress::State::kFinished:
      return "finished";
    case RunProgress::State::kMeasuring:
      return "measuring";
    case RunProgress::State::kSilent:
      return "silent";
  }
  return "";
}

std::string Describe(const RunProgress& progress) {
  std::string text;
  if (progress.state == RunProgress::State::kFinished) {
    text = "Finished";
  } else if (progress.share) {
    text = Decimals(100 * *progress.share, 0) + " %";
  } else {
    text = "Not finished";
  }
  text += ": " + std::to_string(progress.launches);
  if (progress.planned_launches > 0) {
    text += std::string(" of ") + (progress.at_least ? "at least " : "") +
            std::to_string(progress.planned_launches);
  }
  const int last_said = progress.planned_launches > 0
                            ? progress.planned_launches
                            : progress.launches;
  text += last_said == 1 ? " launch" : " launches";
  if (progress.state == RunProgress::State::kSilent) {
    return text + ". Nothing was stored for " +
           Decimals(progress.silent_seconds, 0) +
           " s: the run was stopped, or is in a long block.";
  }
  if (progress.seconds_left &&
      progress.state == RunProgress::State::kMeasuring) {
    text += std::string(", ") + (progress.at_least ? "at least " : "about ") +
            MinutesAndSeconds(*progress.seconds_left) + " left";
  }
  return text + ".";
}

nlohmann::json ToJson(const RunProgress& progress) {
  nlohmann::json value = {{"state", NameOf(progress.state)},
                          {"groups", progress.groups},
                          {"launches", progress.launches},
                          {"planned_launches", progress.planned_launches},
                          {"at_least", progress.at_least},
                          {"silent_seconds", progress.silent_seconds},
                          {"now", progress.now},
                          {"sentence", Describe(progress)}};
  if (progress.share) value["share"] = *progress.share;
  if (progress.seconds_left) value["seconds_left"] = *progress.seconds_left;
  return value;
}

}  // namespace knotestat::dashboards

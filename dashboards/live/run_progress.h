// How far a run is that another process measures, from its result file alone.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LIVE_RUN_PROGRESS_H_
#define KNOTESTAT_DASHBOARDS_LIVE_RUN_PROGRESS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "record/watch.h"

namespace knotestat::dashboards {

struct RunProgress {
  enum class State {
    kFinished,
    kMeasuring,
    kSilent,  // not finished, and nothing was stored for kSilentSeconds
  };
  State state = State::kMeasuring;
  int groups = 0;            // of cells, each measured by launches
  int launches = 0;          // that have ended
  int planned_launches = 0;  // 0: the file does not say
  bool at_least = false;     // launches are added until a precision is reached
  std::optional<double> share;  // of the planned launches, 0 to 1
  std::optional<double> seconds_left;
  double silent_seconds = 0;  // since something was stored
  std::string now;  // what is measured: "scan, 2 CPUs, epoch:global, latency"
};

// A block that stores nothing for so long is longer than most.
inline constexpr double kSilentSeconds = 15;

// The launches come from the plan that the file keeps; how long one takes from
// those that have ended, or from the plan while none has. `now_s` is Unix
// time. Thread-safe.
RunProgress ProgressOf(const record::Glance& glance, double now_s);

// "measuring", "finished" or "silent".
std::string NameOf(RunProgress::State state);

// One sentence: what is done, what is left, and what is being measured.
std::string Describe(const RunProgress& progress);

// {"state", "groups", "launches", "planned_launches", "at_least",
//  "silent_seconds", "now", "sentence"}, and "share" and "seconds_left" if they
// are known.
nlohmann::json ToJson(const RunProgress& progress);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LIVE_RUN_PROGRESS_H_

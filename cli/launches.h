// Measures the groups of a plan by launches, until it is enough.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_LAUNCHES_H_
#define KNOTESTAT_CLI_LAUNCHES_H_

#include <atomic>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/group_planning.h"
#include "collector/timer.h"
#include "record/store.h"

namespace knotestat::cli {

// How close the 95 % interval of each reader cost has to be: half its width at
// most `ns`, or at most `share` of the operation's cost.
struct Precision {
  std::optional<double> ns;
  std::optional<double> share;
};

// "0.05ns" or "1%". kInvalidArgument otherwise.
absl::StatusOr<Precision> ParsePrecision(const std::string& text);

struct LaunchPlan {
  const MeasurePlan& plan;
  std::string options;  // the plan as JSON, for the launched processes
  collector::Timer timer;
  bool bpf = true;
  std::optional<Precision> precision;
  std::optional<double> max_seconds;  // start no launch after these
};

// How the measuring ended, if not by an error.
enum class Enough {
  kYes,
  kOutOfTime,      // max_seconds were over before every launch was made
  kNotPreciseYet,  // and before the precision was reached
};

// Every group is launched once before any is launched again, so that a drift
// of the machine falls on all of them. Cells and finished launches that
// `writer` has already are not measured again. kCancelled after an
// interruption; every row until then is stored.
absl::StatusOr<Enough> RunLaunches(const LaunchPlan& plan,
                                   record::Writer& writer,
                                   const std::atomic<bool>& stop);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_LAUNCHES_H_

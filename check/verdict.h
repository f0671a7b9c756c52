// What exploring one program under one strategy and memory model came to.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_VERDICT_H_
#define KNOTESTAT_CHECK_VERDICT_H_

#include <optional>
#include <string>
#include <vector>

#include "check/explore.h"
#include "check/registry.h"
#include "check/story.h"

namespace knotestat::check {

struct VerdictOptions {
  // None: depth first for half of the time, and if that does not end, PCT and
  // random schedules for the rest.
  std::optional<Search> search;
  std::optional<int> preemptions;
  std::optional<uint64_t> schedules;  // at most, of each search
  double seconds = 0.5;               // at most, of CPU time
  uint64_t seed = 1;
};

struct Verdict {
  std::string strategy, program;
  Model model = Model::kTso;
  uint64_t schedules = 0, redundant = 0, truncated = 0, beyond = 0, steps = 0;
  std::string bound;      // that `beyond` schedules exceed: "more than 64 MiB"
  std::string stopped;    // why the search ended before its plan; else empty
  double seconds = 0;     // of CPU time
  bool complete = false;  // every schedule (within the bound, if there is one)
  std::optional<int> preemptions;  // the bound that left schedules out
  bool yielded = false;  // waits by yielding: complete up to their length
  Finding finding;
  std::vector<Step> story;
  std::string replay;  // at most kMaxReplay bytes
};
inline constexpr size_t kMaxReplay = 200;

Verdict Check(Engine& engine, const StrategyEntry& strategy,
              const ProgramEntry& program, Model model,
              const VerdictOptions& options);

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_VERDICT_H_

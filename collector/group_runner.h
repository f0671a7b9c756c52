// Measures one group: every strategy of it, interleaved, and stores the rows.
//
// Measuring alternates between two phases, with the probes detached (mean
// blocks, and the base of the certificate) and attached (the certificate's
// top, and latency blocks with detaches). The order of the phases flips each
// time, so that drift of the machine falls on both alike and each alternation
// attaches or detaches once. Within a phase the strategies take turns in
// random order, round by round.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_
#define KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_

#include <atomic>
#include <functional>

#include "absl/status/statusor.h"
#include "collector/group_plan.h"
#include "collector/symbolizer.h"
#include "collector/timer.h"
#include "record/store.h"

namespace knotestat::collector {

// What the groups of one run have in common.
struct Session {
  record::Writer& writer;
  Symbolizer& symbolizer;
  Timer timer;
  bool bpf = true;  // wanted
  uint64_t seed = 1;
  const std::atomic<bool>& interrupted;  // stop after the current block
  // Called between blocks with the finished share of the group, 0 to 1.
  std::function<void(double)> progress;
};

// Rows become durable after each block. After an interruption what was
// measured is stored and kCancelled is returned. kDeadlineExceeded: a strategy
// is stuck; its threads are left behind, so end the process soon.
absl::Status RunGroup(const GroupPlan& plan, Session& session);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_

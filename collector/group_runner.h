// Measures one group: every strategy of it, interleaved, and stores the rows.
//
// Measuring alternates between two phases, with the probes detached (mean
// blocks, and the base of the certificate) and attached (the certificate's
// top, and latency blocks with detaches). The order of the phases flips each
// time, and from launch to launch, so that drift of the machine falls on both
// alike and each alternation attaches or detaches once. Within a phase the
// strategies take turns in random order, round by round.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_
#define KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_

#include <atomic>
#include <functional>

#include "absl/status/statusor.h"
#include "collector/group_plan.h"
#include "collector/launch.h"
#include "collector/symbolizer.h"
#include "collector/timer.h"

namespace knotestat::collector {

// What a group needs besides its plan.
struct Session {
  CommitRows commit;  // called between blocks
  Symbolizer& symbolizer;
  Timer timer;
  bool bpf = true;  // wanted
  uint64_t seed = 1;
  const std::atomic<bool>& interrupted;  // stop after the current block
  ShowProgress progress;                 // called between blocks
  int launch = 0;                        // record::Launch::id
  int launches = 1;  // of the group share its time and its detaches
  int finished = 0;  // of them before this one
  // Before this one, also such as were broken off and left rows: rounds are
  // numbered on from theirs.
  int begun = 0;
};

// Measures this launch's share. Rows are committed after each block. After an
// interruption what was measured is stored and kCancelled is returned.
// kDeadlineExceeded: a strategy is stuck; its threads are left behind, so end
// the process soon.
absl::Status RunGroup(const GroupPlan& plan, Session& session);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_GROUP_RUNNER_H_

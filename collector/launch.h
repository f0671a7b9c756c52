// A process of its own for each launch of a group.
//
// Where code, stacks and heap lie is fixed when a process starts and moves what
// is measured by up to some percent, in that process throughout. So a group is
// measured by several processes one after another, and the spread between them
// is part of the figures' intervals.
//
// The parent stores rows, the child measures. The child waits until a batch is
// stored before it runs the next block, so that nothing else runs during a
// block. If the parent dies, so does the child, and its probes with it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_LAUNCH_H_
#define KNOTESTAT_COLLECTOR_LAUNCH_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "collector/timer.h"
#include "record/run.h"

namespace knotestat::collector {

// What a launch is to do.
struct LaunchOrder {
  std::string plan;  // JSON: what the user asked for
  int group = 0;     // index of the group in the plan
  int id = 0;        // record::Launch::id
  int finished = 0;  // launches of its group that were finished before it
  int begun = 0;     // that began before it, also such as were broken off
  int launches = 1;  // of its group in all, as far as is known
  Timer timer;
  bool bpf = true;
};

using CommitRows = std::function<absl::Status(const record::Batch&)>;
// Finished share of the launch, 0 to 1.
using ShowProgress = std::function<void(double)>;

// Runs one launch: starts this program again as `knotestat launch`, and stores
// what it sends. An interruption ends it after the current block. Errors are
// the child's own, those of `commit`, and kInternal if the child crashed.
absl::Status RunLaunch(const LaunchOrder& order, const CommitRows& commit,
                       const ShowProgress& progress,
                       const std::atomic<bool>& interrupted);

// What `knotestat launch` does with the order that it gets.
using Measure = std::function<absl::Status(
    const LaunchOrder&, const CommitRows&, const ShowProgress&)>;

// The child's side: receives the order on `socket`, measures, and sends rows
// and how it ended. An error means that there was no order.
absl::Status ServeLaunch(int socket, const Measure& measure);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_LAUNCH_H_

// A truth workload in a process of its own, for one that deadlocks cannot be
// ended otherwise.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_TRUTH_LAUNCH_H_
#define KNOTESTAT_COLLECTOR_TRUTH_LAUNCH_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "knote/truth/testimony.h"

namespace knotestat::collector {

// What a child is to play.
struct TruthOrder {
  std::string strategy;              // as FindStrategy() finds it
  std::string workload;              // as FindTruthWorkload() does
  std::vector<std::string> plugins;  // paths
  bool bpf = true;                   // let eBPF see who sleeps and migrates
  knote::truth::ParameterValues parameters = {};  // within their ranges
};

// Plays it and returns what was seen, within a minute; a child that crashes is
// testimony too. kInternal if no child could be started.
absl::StatusOr<knote::truth::Testimony> RunTruth(const TruthOrder& order);

// The child's side, `knotestat perform SOCKET`. If the play does not end, this
// waits to be killed. kFailedPrecondition if there was no order.
absl::Status ServeTruth(int socket);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_TRUTH_LAUNCH_H_

// What klist_fini() waited for, from thread to thread.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_WAIT_CHAINS_H_
#define KNOTESTAT_DASHBOARDS_WAIT_CHAINS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "record/run.h"

namespace knotestat::dashboards {

// One thread's part. Stacks are root first.
struct WaitOfChain {
  std::vector<std::string> waits;  // where it slept
  std::string lock;                // "futex", "futex NAME"; empty: no lock
  std::vector<std::string> wakes;  // who ended that; empty: no thread of ours
  uint64_t total_ns = 0;           // within the sleep of the thread before it
  uint64_t max_ns = 0;
};

struct WaitChain {
  int cell = 0;
  uint64_t count = 0;
  std::vector<WaitOfChain> waits;  // the first is klist_fini()'s; at least one

  uint64_t total_ns() const { return waits.front().total_ns; }
};

// All chains of a run, that with the longest time in all first; rows of the
// same chain are added up. kDataLoss if rows do not fit together. Thread-safe.
absl::StatusOr<std::vector<WaitChain>> WaitChains(const record::Run& run);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_WAIT_CHAINS_H_

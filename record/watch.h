// A look at a run while it is written, cheap enough to be taken every second:
// it does not read the rows that were there before, nor check the file.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_WATCH_H_
#define KNOTESTAT_RECORD_WATCH_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "record/run.h"

namespace knotestat::record {

// The block that was stored last: what is being measured.
struct NewestBlock {
  int cell = 0;
  BlockKind kind = BlockKind::kMean;
};

struct Glance {
  Run run;                 // without rows
  int64_t blocks = 0;      // stored so far, one for each thread
  int64_t detaches = 0;    // stored so far
  double stored_at_s = 0;  // when something was stored last, Unix time
  std::optional<NewestBlock> newest;
  // klist_fini() calls of all cells that were stored since the one that the
  // caller knew, at most kMostNewDetaches of them, ns.
  std::vector<double> new_detach_ns;
  // Sampled operations of all cells and paths so far, by the lower bound of
  // their bucket, ns.
  std::map<uint64_t, uint64_t> sampled;
};

inline constexpr int kMostNewDetaches = 10'000;

// Looks at `path`. `known_detaches`: those of the last glance; -1: none are
// wanted. The errors of Read(), but for damage that only reading all would
// find. Thread-safe.
absl::StatusOr<Glance> Watch(const std::string& path, int64_t known_detaches);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_WATCH_H_

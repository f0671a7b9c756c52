// Runs blocks of one cell on the pool's threads.
//
// A mean block is a fixed number of operations with nothing else in the loop.
// A sampled block times every `stride`-th operation. A latency block is a
// sampled block during which the writer detaches devices on schedule.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_BLOCK_RUNNER_H_
#define KNOTESTAT_COLLECTOR_BLOCK_RUNNER_H_

#include <array>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "collector/detach_schedule.h"
#include "collector/heap_shift.h"
#include "collector/sample_histogram.h"
#include "collector/timer.h"
#include "collector/worker_pool.h"
#include "knote/world.h"
#include "record/run.h"

namespace knotestat::collector {

// A world somewhere in memory, and what shifts it there.
struct Placement {
  HeapShift shift;
  std::unique_ptr<knote::World> world;
  std::vector<uint64_t> thread_shifts;  // in lines; of all threads
};

// One cell while it is measured.
struct LiveCell {
  int id = 0;
  int slot = 0;  // of the probes
  const knote::StrategyEntry* strategy = nullptr;
  // The same world several times, each elsewhere in memory: rounds take turns,
  // so that the median over rounds is not that of one place.
  std::vector<Placement> placements;
  std::array<uint64_t, knote::kPaths> operations{};  // of a mean block
  uint64_t sampled_operations = 0;                   // of a sampled block
  uint64_t chunk_operations = 0;  // between looks at the end of a latency block
  std::array<SampleHistogram, knote::kPaths> sampled;
  uint64_t involuntary_switches = 0;  // in mean blocks
  uint64_t detaches_left = 0;         // if an exact number was asked for

  // Whose turn it is in a round.
  int PlaceIn(int round) const {
    return static_cast<int>(static_cast<size_t>(round) % placements.size());
  }
  knote::World& WorldIn(int round) const {
    return *placements[static_cast<size_t>(PlaceIn(round))].world;
  }
};

// Not thread-safe.
class BlockRunner {
 public:
  BlockRunner(WorkerPool& pool, const knote::Load& load, const Timer& timer);

  // Enters all threads, each with its shift, warms up, and chooses how many
  // operations blocks of `mean_ns` and `sampled_ns` take.
  absl::Status Prepare(LiveCell& cell, uint64_t mean_ns, uint64_t sampled_ns);
  absl::Status Leave(LiveCell& cell);

  absl::Status Mean(LiveCell& cell, knote::Path path, int round,
                    record::Batch& batch);
  // kBare or kProbed, the latter with all probes or `probe` alone.
  absl::Status Sampled(LiveCell& cell, record::BlockKind kind,
                       const std::string& probe, int round,
                       record::Batch& batch);
  // Lasts for `block_ns`, or until the schedule is done if that is later.
  absl::Status Latency(LiveCell& cell, uint64_t block_ns,
                       const std::vector<IntendedDetach>& schedule, int round,
                       record::Batch& batch);

 private:
  struct Share;
  absl::Status RunAll(const LiveCell& cell,
                      const std::function<void(int)>& function,
                      uint64_t expected_ns = 0);
  // A mean block of each path in each placement, for nothing.
  absl::Status WarmUp(LiveCell& cell);
  void RunWriter(LiveCell& cell, uint64_t block_ns,
                 const std::vector<IntendedDetach>& schedule, int round,
                 record::Batch& batch);
  void AppendBlocks(const LiveCell& cell, record::BlockKind kind,
                    std::string_view path, int round,
                    const std::vector<Share>& shares, record::Batch& batch);
  absl::StatusOr<uint64_t> OperationsFor(LiveCell& cell, uint64_t ns,
                                         std::optional<knote::Path> path);
  std::string MixName() const;
  void TakeSamples(LiveCell& cell);

  WorkerPool& pool_;
  const knote::Load load_;
  const Timer timer_;
  std::vector<knote::Samples> samples_;         // per load thread
  std::vector<std::vector<HeapShift>> shifts_;  // per thread
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_BLOCK_RUNNER_H_

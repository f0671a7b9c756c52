// SPDX-License-Identifier: BSD-2-Clause
#include "collector/block_runner.h"

#include <sys/prctl.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "collector/cycle_time.h"
#include "collector/machine.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;
using knote::Path;

// Every so many operations one is timed: rare enough that the loop between
// costs what a mean block's does.
constexpr int kStride = 64;
// A thread asks this often whether a latency block is over.
constexpr uint64_t kChunkNs = 200'000;
// No block is meant to take this much longer than planned.
constexpr std::chrono::seconds kStuckAfter(60);

void SleepUntil(uint64_t when_ns) {
  const uint64_t now = HwEnv::Now();
  if (when_ns > now) HwEnv::Sleep(when_ns - now);
}

int StrideFor(uint64_t operations) {
  return static_cast<int>(std::clamp<uint64_t>(operations, 1, kStride));
}

}  // namespace

// One thread's part of a block.
struct BlockRunner::Share {
  uint64_t operations = 0;
  double elapsed_ns = 0;
  uint64_t switches = 0;
  std::optional<double> cycle_ns;
};

BlockRunner::BlockRunner(WorkerPool& pool, const knote::Load& load,
                         const Timer& timer)
    : pool_(pool),
      load_(load),
      timer_(timer),
      samples_(static_cast<size_t>(load.total_threads())),
      shifts_(static_cast<size_t>(load.total_threads()) + 1) {
  for (knote::Samples& samples : samples_)
    samples.ns_per_tick = timer.ns_per_tick;
}

absl::Status BlockRunner::RunAll(const LiveCell& cell,
                                 const std::function<void(int)>& function,
                                 uint64_t expected_ns) {
  absl::Status status = pool_.Run(
      function,
      kStuckAfter + std::chrono::seconds(expected_ns / 1'000'000'000));
  if (status.ok()) return status;
  return absl::DeadlineExceededError(
      absl::StrCat("strategy ", std::string(cell.strategy->info.name), ": ",
                   std::string(status.message()),
                   "; its threads wait for each other or for ever"));
}

absl::Status BlockRunner::Prepare(LiveCell& cell, uint64_t mean_ns,
                                  uint64_t sampled_ns) {
  absl::Status status = RunAll(cell, [&](int thread) {
    const auto index = static_cast<size_t>(thread);
    for (const Placement& placement : cell.placements) {
      shifts_[index].emplace_back(placement.thread_shifts[index]);
      placement.world->EnterThread(thread);
    }
  });
  for (int path = 0; status.ok() && path < knote::kPaths; ++path) {
    if (load_.mix[static_cast<size_t>(path)] == 0) continue;
    auto operations = OperationsFor(cell, mean_ns, static_cast<Path>(path));
    if (operations.ok())
      cell.operations[static_cast<size_t>(path)] = *operations;
    status = operations.status();
  }
  if (status.ok()) status = WarmUp(cell);
  if (!status.ok()) return status;
  auto operations = OperationsFor(cell, sampled_ns, std::nullopt);
  if (operations.ok()) {
    cell.sampled_operations = *operations;
    cell.chunk_operations =
        std::max<uint64_t>(1, *operations * kChunkNs / sampled_ns);
  }
  for (knote::Samples& samples : samples_) {
    for (auto& ticks : samples.ticks) ticks.clear();
  }
  return operations.status();
}

absl::Status BlockRunner::WarmUp(LiveCell& cell) {
  record::Batch dropped;
  const int placements = static_cast<int>(cell.placements.size());
  for (int path = 0; path < knote::kPaths; ++path) {
    if (load_.mix[static_cast<size_t>(path)] == 0) continue;
    for (int i = 0; i < placements; ++i) {
      if (auto status = Mean(cell, static_cast<Path>(path), i, dropped);
          !status.ok())
        return status;
    }
  }
  cell.involuntary_switches = 0;
  return absl::OkStatus();
}

absl::Status BlockRunner::Leave(LiveCell& cell) {
  return RunAll(cell, [&](int thread) {
    for (const Placement& placement : cell.placements)
      placement.world->LeaveThread(thread);
  });
}

// Doubles the number of operations until a block takes a quarter of `ns`, and
// scales up from there.
absl::StatusOr<uint64_t> BlockRunner::OperationsFor(LiveCell& cell, uint64_t ns,
                                                    std::optional<Path> path) {
  for (uint64_t operations = 1;; operations *= 2) {
    std::vector<double> elapsed(static_cast<size_t>(pool_.load_threads()));
    const absl::Status status = RunAll(cell, [&](int thread) {
      if (thread == pool_.writer()) return;
      const uint64_t begin = HwEnv::Now();
      if (path) {
        cell.WorldIn(0).Run(thread, *path, operations);
      } else {
        cell.WorldIn(0).Sample(thread, operations, StrideFor(operations),
                               samples_[static_cast<size_t>(thread)]);
      }
      elapsed[static_cast<size_t>(thread)] =
          static_cast<double>(HwEnv::Now() - begin);
    });
    if (!status.ok()) return status;
    const double longest = *std::max_element(elapsed.begin(), elapsed.end());
    if (longest < static_cast<double>(ns) / 4) continue;
    return std::max<uint64_t>(
        1, static_cast<uint64_t>(static_cast<double>(operations) *
                                 static_cast<double>(ns) / longest));
  }
}

absl::Status BlockRunner::Mean(LiveCell& cell, Path path, int round,
                               record::Batch& batch) {
  const uint64_t operations = cell.operations[static_cast<size_t>(path)];
  std::vector<Share> shares(samples_.size());
  knote::World& world = cell.WorldIn(round);
  absl::Status status = RunAll(cell, [&](int thread) {
    if (thread == pool_.writer()) return;
    Share& share = shares[static_cast<size_t>(thread)];
    share.operations = operations;
    share.cycle_ns = CycleNsHere();
    const uint64_t switches = InvoluntarySwitches();
    const uint64_t begin = HwEnv::Now();
    world.Run(thread, path, operations);
    share.elapsed_ns = static_cast<double>(HwEnv::Now() - begin);
    share.switches = InvoluntarySwitches() - switches;
  });
  if (!status.ok()) return status;
  for (const Share& share : shares) cell.involuntary_switches += share.switches;
  AppendBlocks(cell, record::BlockKind::kMean,
               knote::kPathNames[static_cast<size_t>(path)], round, shares,
               batch);
  return absl::OkStatus();
}

absl::Status BlockRunner::Sampled(LiveCell& cell, record::BlockKind kind,
                                  const std::string& probe, int round,
                                  record::Batch& batch) {
  std::vector<Share> shares(samples_.size());
  const uint64_t operations = cell.sampled_operations;
  knote::World& world = cell.WorldIn(round);
  absl::Status status = RunAll(cell, [&](int thread) {
    if (thread == pool_.writer()) return;
    Share& share = shares[static_cast<size_t>(thread)];
    const uint64_t begin = HwEnv::Now();
    share.operations = world.Sample(thread, operations, StrideFor(operations),
                                    samples_[static_cast<size_t>(thread)]);
    share.elapsed_ns = static_cast<double>(HwEnv::Now() - begin);
  });
  if (!status.ok()) return status;
  // Their samples only balance the load: the distributions come from latency
  // blocks.
  for (knote::Samples& samples : samples_) {
    for (auto& ticks : samples.ticks) ticks.clear();
  }
  AppendBlocks(cell, kind, MixName(), round, shares, batch);
  for (record::Block& block : batch.blocks) block.probe = probe;
  return absl::OkStatus();
}

absl::Status BlockRunner::Latency(LiveCell& cell, uint64_t block_ns,
                                  const std::vector<IntendedDetach>& schedule,
                                  int round, record::Batch& batch) {
  std::vector<Share> shares(samples_.size());
  const uint64_t chunk = cell.chunk_operations;
  knote::World& world = cell.WorldIn(round);
  const uint64_t planned_ns =
      std::max(block_ns, schedule.empty() ? 0 : schedule.back().at_ns);
  std::atomic<bool> over{false};
  absl::Status status = RunAll(
      cell,
      [&](int thread) {
        if (thread == pool_.writer()) {
          RunWriter(cell, block_ns, schedule, round, batch);
          over.store(true, std::memory_order_relaxed);
          return;
        }
        Share& share = shares[static_cast<size_t>(thread)];
        const uint64_t begin = HwEnv::Now();
        while (!over.load(std::memory_order_relaxed)) {
          share.operations +=
              world.Sample(thread, chunk, StrideFor(chunk),
                           samples_[static_cast<size_t>(thread)]);
        }
        share.elapsed_ns = static_cast<double>(HwEnv::Now() - begin);
      },
      planned_ns);
  if (!status.ok()) return status;
  TakeSamples(cell);
  AppendBlocks(cell, record::BlockKind::kLatency, MixName(), round, shares,
               batch);
  return absl::OkStatus();
}

void BlockRunner::RunWriter(LiveCell& cell, uint64_t block_ns,
                            const std::vector<IntendedDetach>& schedule,
                            int round, record::Batch& batch) {
  // Timer slack would count as latency.
  prctl(PR_SET_TIMERSLACK, 1);
  const uint64_t begin = HwEnv::Now();
  for (const IntendedDetach& intended : schedule) {
    SleepUntil(begin + intended.at_ns);
    const knote::FiniPhases fini = cell.WorldIn(round).Detach(intended.device);
    batch.detaches.push_back(
        {.cell = cell.id,
         .round = round,
         .knotes = fini.knotes,
         .from_intended_ns =
             static_cast<double>(fini.done_at - (begin + intended.at_ns)),
         .total_ns = static_cast<double>(fini.total_ns),
         .publish_ns = static_cast<double>(fini.publish_ns),
         .wait_ns = static_cast<double>(fini.wait_ns),
         .reclaim_ns = static_cast<double>(fini.reclaim_ns)});
  }
  SleepUntil(begin + block_ns);
}

void BlockRunner::TakeSamples(LiveCell& cell) {
  for (knote::Samples& samples : samples_) {
    for (size_t path = 0; path < knote::kPaths; ++path) {
      for (uint32_t ticks : samples.ticks[path])
        cell.sampled[path].Add(static_cast<double>(ticks) * timer_.ns_per_tick);
      samples.ticks[path].clear();
    }
  }
}

void BlockRunner::AppendBlocks(const LiveCell& cell, record::BlockKind kind,
                               std::string_view path, int round,
                               const std::vector<Share>& shares,
                               record::Batch& batch) {
  for (size_t thread = 0; thread < shares.size(); ++thread) {
    batch.blocks.push_back({.cell = cell.id,
                            .round = round,
                            .kind = kind,
                            .path = std::string(path),
                            .thread = static_cast<int>(thread),
                            .operations = shares[thread].operations,
                            .elapsed_ns = shares[thread].elapsed_ns,
                            .cycle_ns = shares[thread].cycle_ns,
                            .place = cell.PlaceIn(round)});
  }
}

std::string BlockRunner::MixName() const {
  std::string name;
  for (size_t path = 0; path < knote::kPaths; ++path) {
    if (load_.mix[path] == 0) continue;
    if (!name.empty()) return "mix";
    name = std::string(knote::kPathNames[path]);
  }
  return name;
}

}  // namespace knotestat::collector

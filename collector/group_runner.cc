// SPDX-License-Identifier: BSD-2-Clause
#include "collector/group_runner.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "collector/block_runner.h"
#include "collector/cell_description.h"
#include "collector/machine.h"
#include "collector/observer.h"

namespace knotestat::collector {
namespace {

using record::BlockKind;

// How a cell's time is shared out. A mean block is long against a timer
// interrupt's cost and short against the machine's drift.
constexpr uint64_t kMeanNs = 1'500'000;
constexpr uint64_t kSampledNs = 10'000'000;
constexpr double kMeanShare = 0.35, kCertificateShare = 0.33,
                 kLatencyShare = 0.32;
// The certificate's blocks: without probes, with all, with one.
constexpr int kCertificateKinds = 3;
// Detaching takes 0.4 s (a grace period of the kernel for each uprobe), so an
// alternation should not be much shorter. One launch alone needs several to
// tell drift from probes; of several launches each may have one.
constexpr double kAlternationSeconds = 0.25, kOfManyLaunchesSeconds = 0.5;
constexpr int kMostAlternations = 1000;
constexpr int kPartsOfLaunch = 8;
// More than a launch has; rounds are numbered on from launch to launch.
constexpr int kRoundsOfLaunch = 1'000'000;

// In how many places a cell has its world, at most: of two CPUs that write one
// line, a place takes 104 ns or 128. Large worlds lie all over memory anyway,
// and take their time to build. In each place there should be a few rounds.
constexpr int64_t kMostPlacements = 16, kKnotesInAllPlaces = 20'000,
                  kRoundsInPlace = 4;

int64_t PlacementsFor(const knote::Load& load, int64_t rounds) {
  const int64_t knotes = int64_t{load.devices} * load.knotes_per_device;
  return std::clamp(std::min(kKnotesInAllPlaces / std::max(knotes, int64_t{1}),
                             rounds / kRoundsInPlace),
                    int64_t{1}, kMostPlacements);
}

int AlternationsIn(double seconds, int launches) {
  const bool alone = launches == 1;
  const double each = alone ? kAlternationSeconds : kOfManyLaunchesSeconds;
  return std::clamp(static_cast<int>(std::lround(seconds / each)),
                    alone ? 2 : 1, kMostAlternations);
}

class Group {
 public:
  Group(const GroupPlan& plan, Session& session, WorkerPool& pool)
      : plan_(plan),
        session_(session),
        pool_(pool),
        observer_(session.bpf, pool.thread_ids(), session.symbolizer,
                  plan.sample_hz),
        runner_(pool, plan.load, session.timer),
        random_(session.seed * 7919 + static_cast<uint64_t>(plan.first_cell) +
                static_cast<uint64_t>(session.begun) * 1'000'003),
        first_round_(session.begun * kRoundsOfLaunch) {
    for (size_t path = 0; path < knote::kPaths; ++path) {
      if (plan.load.mix[path] != 0)
        paths_.push_back(static_cast<knote::Path>(path));
    }
    const double seconds = plan.seconds / session.launches;
    alternations_ = AlternationsIn(seconds, session.launches);
    const double each_ns = seconds * 1e9 / alternations_;
    mean_rounds_ = AtLeastOne(each_ns * kMeanShare / kMeanNs /
                              static_cast<double>(paths_.size()));
    sampled_rounds_ = AtLeastOne(each_ns * kCertificateShare /
                                 kCertificateKinds / kSampledNs);
    latency_ns_ = static_cast<uint64_t>(each_ns * kLatencyShare);
  }

  absl::Status Run() {
    // Whoever asked for eBPF has made sure that it works.
    if (session_.bpf && !observer_.active()) return observer_.status();
    absl::Status status = Build();
    const auto steal = StealNs(plan_.cpus);
    for (int i = 0; status.ok() && i < alternations_; ++i) {
      const bool detached_first = (i + session_.begun) % 2 == 0;
      status = Phase(i, !detached_first);
      if (status.ok()) status = OneProbePhase(i);
      if (status.ok()) status = Phase(i, detached_first);
    }
    observer_.Detach();
    if (pool_.stuck()) return status;
    const absl::Status closed = Close(steal);
    return status.ok() ? closed : status;
  }

 private:
  static int AtLeastOne(double count) {
    return std::max(1, static_cast<int>(count));
  }

  absl::Status Build() {
    int id = plan_.first_cell;
    for (const knote::StrategyEntry* strategy : plan_.strategies) {
      const record::Cell described = DescribeCell(plan_, *strategy, id++);
      if (!described.refused.empty()) continue;
      LiveCell& cell = cells_.emplace_back();
      cell.id = described.id;
      cell.slot = static_cast<int>(cells_.size()) - 1;
      cell.strategy = strategy;
      const int64_t placements =
          PlacementsFor(plan_.load, int64_t{mean_rounds_} * alternations_);
      for (int64_t i = 0; i < placements; ++i)
        cell.placements.push_back(Place(*strategy));
      cell.detaches_left = ShareOf(plan_.detaches.value_or(0));
      if (auto status = runner_.Prepare(cell, kMeanNs, kSampledNs);
          !status.ok())
        return status;
    }
    return absl::OkStatus();
  }

  Placement Place(const knote::StrategyEntry& strategy) {
    Placement placement;
    placement.shift = HeapShift(random_());
    placement.world = strategy.make(LoadFor(plan_, strategy));
    for (size_t i = 0; i < pool_.thread_ids().size(); ++i)
      placement.thread_shifts.push_back(random_());
    return placement;
  }

  // This launch's share of `total`; the shares of all launches add up to it.
  uint64_t ShareOf(uint64_t total) const {
    const auto index = static_cast<uint64_t>(session_.finished);
    const auto launches = static_cast<uint64_t>(session_.launches);
    return index < launches
               ? total * (index + 1) / launches - total * index / launches
               : 0;
  }

  // One half of an alternation. Without probes the attached phase still has
  // the latency blocks.
  absl::Status Phase(int alternation, bool attached) {
    if (!attached) {
      observer_.Detach();
      return DetachedBlocks(alternation);
    }
    const absl::Status status = observer_.Attach();
    return status.ok() ? AttachedBlocks(alternation) : status;
  }

  // One probe alone, another one each time: of launches that follow each other,
  // or of the alternations of the only one. The next group goes on where this
  // one ends, so that a run of several groups measures more probes than it has
  // launches.
  absl::Status OneProbePhase(int alternation) {
    const std::vector<std::string> probes = observer_.probe_names();
    if (probes.empty() || (session_.launches > 1 && alternation > 0))
      return absl::OkStatus();
    const size_t turns = static_cast<size_t>(
        session_.launches > 1 ? session_.launches : alternations_);
    const size_t group =
        static_cast<size_t>(plan_.first_cell) / plan_.strategies.size();
    const auto turn = static_cast<size_t>(session_.begun + alternation);
    const std::string& probe = probes[(group * turns + turn) % probes.size()];
    observer_.Detach();
    absl::Status status = observer_.AttachOnly(probe);
    if (status.ok())
      status = SampledRounds(BlockKind::kProbed, probe, alternation);
    observer_.Detach();
    return status;
  }

  absl::Status DetachedBlocks(int alternation) {
    for (int i = 0; i < mean_rounds_; ++i) {
      const int round = alternation * mean_rounds_ + i;
      for (const knote::Path path : paths_) {
        auto status = EachCell([&](LiveCell& cell, record::Batch& batch) {
          return runner_.Mean(cell, path, round, batch);
        });
        if (!status.ok()) return status;
      }
    }
    if (!observer_.active()) return absl::OkStatus();
    return SampledRounds(BlockKind::kBare, "", alternation);
  }

  absl::Status AttachedBlocks(int alternation) {
    if (observer_.active()) {
      auto status = SampledRounds(BlockKind::kProbed, "", alternation);
      if (!status.ok()) return status;
    }
    return EachCell([&](LiveCell& cell, record::Batch& batch) {
      return LatencyBlock(cell, alternation, batch);
    });
  }

  absl::Status LatencyBlock(LiveCell& cell, int alternation,
                            record::Batch& batch) {
    std::optional<uint64_t> count;
    if (plan_.detaches) {
      // What is left, spread over the alternations that are left.
      count = cell.detaches_left /
              static_cast<uint64_t>(alternations_ - alternation);
      cell.detaches_left -= *count;
    }
    const auto schedule = MakeSchedule(plan_.detach_hz, latency_ns_, count,
                                       plan_.load.devices, random_);
    auto status =
        runner_.Latency(cell, latency_ns_, schedule, alternation, batch);
    if (!status.ok()) return status;
    for (size_t path = 0; path < knote::kPaths; ++path)
      cell.sampled[path].MoveTo(
          cell.id, "sampled." + std::string(knote::kPathNames[path]), batch);
    // The last block of this cell's attached phase: what the probes saw of
    // its certificate blocks comes with it.
    observer_.SetSlot(std::nullopt);
    return observer_.Collect(cell.slot, cell.id, PartOf(alternation), batch);
  }

  // record::Stack::part: many alternations share one, so that a long run's
  // file does not grow with its time.
  int PartOf(int alternation) const {
    const int parts = std::min(alternations_, kPartsOfLaunch);
    return session_.begun * kPartsOfLaunch +
           alternation * parts / alternations_;
  }

  absl::Status SampledRounds(BlockKind kind, const std::string& probe,
                             int alternation) {
    for (int i = 0; i < sampled_rounds_; ++i) {
      auto status = EachCell([&](LiveCell& cell, record::Batch& batch) {
        return runner_.Sampled(cell, kind, probe,
                               alternation * sampled_rounds_ + i, batch);
      });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Runs `block` for every cell, in random order, and stores its rows; stops
  // at an interruption.
  template <class Block>
  absl::Status EachCell(Block&& block) {
    std::vector<LiveCell*> order;
    for (LiveCell& cell : cells_) order.push_back(&cell);
    std::shuffle(order.begin(), order.end(), random_);
    for (LiveCell* cell : order) {
      if (session_.interrupted.load(std::memory_order_relaxed))
        return absl::CancelledError("interrupted");
      record::Batch batch;
      observer_.SetSlot(cell->slot);
      absl::Status status = block(*cell, batch);
      observer_.SetSlot(std::nullopt);
      if (!status.ok()) return status;
      Advance();
      if (status = Commit(batch); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Commit(record::Batch& batch) {
    for (record::Block& block : batch.blocks) {
      block.launch = session_.launch;
      block.round += first_round_;
    }
    for (record::Detach& detach : batch.detaches) {
      detach.launch = session_.launch;
      detach.round += first_round_;
    }
    return session_.commit(batch);
  }

  void Advance() {
    const int per_alternation = mean_rounds_ * static_cast<int>(paths_.size()) +
                                1 +
                                (observer_.active() ? 2 * sampled_rounds_ : 0);
    const int one_probe =
        observer_.active()
            ? sampled_rounds_ * (session_.launches > 1 ? 1 : alternations_)
            : 0;
    const double total =
        static_cast<double>(alternations_ * per_alternation + one_probe) *
        static_cast<double>(cells_.size());
    if (session_.progress) session_.progress(++blocks_done_ / total);
  }

  absl::Status Close(std::optional<double> steal_before) {
    record::Batch batch;
    const auto steal_after = StealNs(plan_.cpus);
    for (LiveCell& cell : cells_) {
      if (auto status = runner_.Leave(cell); !status.ok()) return status;
      if (steal_before && steal_after)
        batch.counters.push_back(
            {cell.id, "steal_ns", *steal_after - *steal_before});
      batch.counters.push_back(
          {cell.id, "involuntary_switches",
           static_cast<double>(cell.involuntary_switches)});
      double violations = 0;
      for (const Placement& placement : cell.placements)
        violations += static_cast<double>(placement.world->OracleViolations());
      batch.counters.push_back({cell.id, "oracle_violations", violations});
      // Counters of launches are added up.
      if (session_.finished == 0 &&
          knote::LoadForbidden(cell.strategy->info, plan_.load))
        batch.counters.push_back({cell.id, record::kForbiddenLoad, 1});
    }
    return Commit(batch);
  }

  const GroupPlan& plan_;
  Session& session_;
  WorkerPool& pool_;
  Observer observer_;
  BlockRunner runner_;
  std::mt19937_64 random_;
  const int first_round_;
  std::vector<knote::Path> paths_;
  std::vector<LiveCell> cells_;
  int alternations_ = 0;
  int mean_rounds_ = 0;
  int sampled_rounds_ = 0;
  uint64_t latency_ns_ = 0;
  double blocks_done_ = 0;
};

}  // namespace

absl::Status RunGroup(const GroupPlan& plan, Session& session) {
  const std::vector<int> writer_cpus =
      plan.writer_cpu ? std::vector<int>{*plan.writer_cpu} : plan.cpus;
  auto pool =
      WorkerPool::Create(plan.load.total_threads(), plan.cpus, writer_cpus);
  if (!pool.ok()) return pool.status();
  auto group = std::make_unique<Group>(plan, session, **pool);
  absl::Status status = group->Run();
  if ((*pool)->stuck()) {
    // Its threads still use all of this.
    (void)group.release();
    (void)pool->release();
  }
  return status;
}

}  // namespace knotestat::collector

// A group as rows: every strategy, path and round, interleaved with the floor.
//
// `none` is measured without detaches here: with them it is a data race, which
// is what it is for.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <algorithm>

#include "collector/block_runner.h"
#include "tests/collector/measured_group.h"

namespace knotestat::collector {
namespace {

using record::BlockKind;
using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

TEST(LiveCell, RoundsTakeTurnsInItsPlacements) {
  LiveCell cell;
  for (int i = 0; i < 3; ++i)
    cell.placements.emplace_back().world =
        knote::FindStrategy("none")->make(TinyPlan({}).load);
  EXPECT_NE(&cell.WorldIn(0), &cell.WorldIn(1));
  EXPECT_NE(&cell.WorldIn(1), &cell.WorldIn(2));
  for (const int round : {3, 300, 3'000'000})
    EXPECT_EQ(&cell.WorldIn(round), &cell.WorldIn(0)) << round;
}

TEST(GroupRunner, HasRowsForEachStrategyPathAndRound) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch", "rwlock"}));
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  const record::Run& run = measured.run;
  ASSERT_EQ(run.cells.size(), 3u);
  for (const char* path : {"scan", "submit"}) {
    const auto floor = RoundsOf(run, 5, BlockKind::kMean, path);
    EXPECT_GE(floor.size(), 4u);
    for (int cell : {5, 6, 7}) {
      const auto rounds = RoundsOf(run, cell, BlockKind::kMean, path);
      EXPECT_EQ(rounds, floor) << path << " of cell " << cell;
      for (int round : rounds)
        EXPECT_EQ(rounds.count(round), 2u) << "not a row for each thread";
    }
  }
  for (const record::Block& block : run.rows.blocks) {
    EXPECT_GT(block.operations, 0u);
    EXPECT_GT(block.elapsed_ns, 0);
    EXPECT_GE(block.thread, 0);
    EXPECT_LT(block.thread, 2);
    EXPECT_NE(block.path, "register");
  }
}

TEST(GroupRunner, DescribesItsCells) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch"}));
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  const record::Cell& floor = measured.run.cells[0];
  EXPECT_EQ(floor.id, 5);
  EXPECT_EQ(floor.strategy, "none");
  EXPECT_FALSE(floor.promises.safe);
  const record::Cell& cell = measured.run.cells[1];
  EXPECT_EQ(cell.id, 6);
  EXPECT_EQ(cell.strategy, "epoch");
  EXPECT_EQ(cell.group, "own");
  EXPECT_EQ(cell.workload, "test");
  EXPECT_EQ(cell.processes, 2);
  EXPECT_EQ(cell.threads, 1);
  EXPECT_EQ(cell.cpus, 2);
  EXPECT_EQ(cell.cpu_list, CpuListName(TinyPlan({}).cpus));
  EXPECT_TRUE(cell.promises.safe);
  EXPECT_EQ(cell.refused, "");
}

TEST(GroupRunner, WithoutEbpfThereIsNoCertificatePair) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch"}));
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  for (const record::Block& block : measured.run.rows.blocks) {
    EXPECT_NE(block.kind, BlockKind::kBare);
    EXPECT_NE(block.kind, BlockKind::kProbed);
  }
  for (int cell : {5, 6}) {
    const auto counters = CountersOf(measured.run, cell);
    EXPECT_THAT(counters, Contains(Key("involuntary_switches")));
    EXPECT_THAT(counters, Contains(testing::Pair("oracle_violations", 0)));
    EXPECT_THAT(counters, Not(Contains(Key("events_lost"))));
    for (const auto& [name, value] : counters)
      EXPECT_NE(name.substr(0, 4), "bpf.") << name;
  }
  EXPECT_THAT(measured.run.rows.stacks, IsEmpty());
}

TEST(GroupRunner, DetachesExactlyAsOftenAsAsked) {
  for (const uint64_t count : {1u, 23u}) {
    GroupPlan plan = TinyPlan({"epoch", "psref"});
    plan.detach_hz = 2000;
    plan.detaches = count;
    const Measured measured = MeasureGroup(plan);
    ASSERT_TRUE(measured.status.ok()) << measured.status;
    for (int cell : {5, 6}) {
      EXPECT_EQ(DetachesOf(measured.run, cell), count) << "cell " << cell;
      EXPECT_EQ(CountersOf(measured.run, cell).at("oracle_violations"), 0);
    }
  }
}

TEST(GroupRunner, ADetachHasPhasesAndAnIntendedStart) {
  GroupPlan plan = TinyPlan({"rwlock", "knote_mutex", "percpu_rwlock"});
  plan.detach_hz = 2000;
  const Measured measured = MeasureGroup(plan);
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  ASSERT_THAT(measured.run.rows.detaches, Not(IsEmpty()));
  for (const record::Detach& detach : measured.run.rows.detaches) {
    EXPECT_GE(detach.from_intended_ns, detach.total_ns);
    EXPECT_GE(detach.total_ns,
              detach.publish_ns + detach.wait_ns + detach.reclaim_ns);
    EXPECT_LE(detach.knotes, 1u);
  }
}

TEST(GroupRunner, WithoutARateNobodyDetaches) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch"}));
  EXPECT_THAT(measured.run.rows.detaches, IsEmpty());
}

TEST(GroupRunner, SamplesAreCountedWithTheirMaximum) {
  const Measured measured = MeasureGroup(TinyPlan({"epoch"}));
  ASSERT_TRUE(measured.status.ok()) << measured.status;
  const auto counters = CountersOf(measured.run, 5);
  for (const char* path : {"scan", "submit"}) {
    const std::string name = "sampled." + std::string(path);
    uint64_t count = 0, upper = 0;
    for (const record::Bucket& bucket : measured.run.rows.buckets) {
      if (bucket.histogram != name) continue;
      count += bucket.count;
      upper = std::max(upper, bucket.upper_ns);
    }
    EXPECT_GT(count, 0u) << path;
    ASSERT_THAT(counters, Contains(Key(name + ".max_ns")));
    EXPECT_LT(counters.at(name + ".max_ns"), static_cast<double>(upper));
  }
}

TEST(GroupRunner, ProgressGoesUpToOne) {
  const Measured measured = MeasureGroup(TinyPlan({"none", "epoch"}));
  ASSERT_THAT(measured.progress, Not(IsEmpty()));
  EXPECT_TRUE(
      std::is_sorted(measured.progress.begin(), measured.progress.end()));
  EXPECT_NEAR(measured.progress.back(), 1, 1e-9);
}

TEST(GroupRunner, AnInterruptionKeepsWhatWasMeasured) {
  const Measured measured =
      MeasureGroup(TinyPlan({"none", "epoch"}), false, 1,
                   [](double done, std::atomic<bool>& interrupted) {
                     if (done > 0.5) interrupted.store(true);
                   });
  EXPECT_TRUE(absl::IsCancelled(measured.status)) << measured.status;
  EXPECT_LT(measured.progress.back(), 0.9);
  EXPECT_GE(RoundsOf(measured.run, 6, BlockKind::kMean, "submit").size(), 2u);
  EXPECT_THAT(CountersOf(measured.run, 6), Contains(Key("oracle_violations")));
}

TEST(GroupRunner, RefusesCpusThatAreNotThere) {
  GroupPlan plan = TinyPlan({"none"});
  plan.cpus = {1000};
  const Measured measured = MeasureGroup(plan);
  EXPECT_TRUE(absl::IsFailedPrecondition(measured.status)) << measured.status;
}

}  // namespace
}  // namespace knotestat::collector

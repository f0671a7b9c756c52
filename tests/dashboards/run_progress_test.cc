// How far a run is, and latency over time, from planted glances.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/live/run_progress.h"

#include <gmock/gmock.h>

#include "dashboards/live/latency_history.h"

namespace knotestat::dashboards {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// 2026-11-23T08:00:00Z
constexpr double kBegin = 1795420800;

// Two groups of two strategies, 5 launches of each group planned, 10 s for each
// strategy of each group: 4 s for a launch.
record::Glance Planned() {
  record::Glance glance;
  glance.run.context.plan = R"({"launches":5,"seconds":10})";
  int id = 0;
  for (const char* workload : {"submit", "scan"}) {
    for (const char* strategy : {"none", "epoch"}) {
      record::Cell cell;
      cell.id = ++id;
      cell.strategy = strategy;
      cell.scope = "global";
      cell.workload = workload;
      cell.cpus = 2;
      glance.run.cells.push_back(cell);
    }
  }
  glance.stored_at_s = kBegin;
  return glance;
}

void AddLaunches(record::Glance& glance, int count, int seconds_each) {
  for (int i = 0; i < count; ++i) {
    const int at = seconds_each * i;
    record::Launch launch;
    launch.id = i + 1;
    launch.finished = i + 1 < count;
    launch.started_at = "2026-11-23T08:0" + std::to_string(at / 60) + ":" +
                        (at % 60 < 10 ? "0" : "") + std::to_string(at % 60) +
                        "+00:00";
    glance.run.launches.push_back(launch);
  }
}

TEST(RunProgress, BeforeALaunchHasEndedThePlanTellsTheTime) {
  record::Glance glance = Planned();
  AddLaunches(glance, 1, 4);
  glance.newest = record::NewestBlock{4, record::BlockKind::kLatency};
  const RunProgress progress = ProgressOf(glance, kBegin + 1);
  EXPECT_EQ(progress.groups, 2);
  EXPECT_EQ(progress.planned_launches, 10);
  EXPECT_NEAR(*progress.share, 0.025, 1e-9);
  EXPECT_NEAR(*progress.seconds_left, 39, 1e-9);
  EXPECT_EQ(progress.now, "scan, 2 CPUs, epoch:global, latency block");
  EXPECT_EQ(Describe(progress), "2 %: 0 of 10 launches, about 0:39 left.");
}

TEST(RunProgress, LaterTheLaunchesThatEndedDo) {
  record::Glance glance = Planned();
  AddLaunches(glance, 6, 6);  // five have ended, in 6 s each
  glance.stored_at_s = kBegin + 33;
  const RunProgress progress = ProgressOf(glance, kBegin + 33);
  EXPECT_NEAR(*progress.share, 0.55, 1e-9);
  EXPECT_NEAR(*progress.seconds_left, 27, 1e-9);
}

TEST(RunProgress, AResumedRunIsTimedFromItsResumption) {
  record::Glance glance = Planned();
  AddLaunches(glance, 6, 6);
  glance.run.launches[1].finished = false;  // cut off; then 2 hours passed
  glance.run.launches[0].started_at = "2026-11-23T06:00:00+00:00";
  glance.run.launches[1].started_at = "2026-11-23T06:00:06+00:00";
  glance.stored_at_s = kBegin + 30;
  const RunProgress progress = ProgressOf(glance, kBegin + 30);
  EXPECT_EQ(progress.launches, 4);
  EXPECT_NEAR(*progress.seconds_left, 36, 1e-9);
}

TEST(RunProgress, ThePrecisionMakesItAtLeastAndTheTimeLimitAtMost) {
  record::Glance glance = Planned();
  glance.run.context.plan =
      R"({"launches":5,"seconds":10,"precision":"1%","max-time":20})";
  AddLaunches(glance, 1, 4);
  const RunProgress progress = ProgressOf(glance, kBegin + 1);
  EXPECT_NEAR(*progress.seconds_left, 19, 1e-9);
  EXPECT_THAT(Describe(progress), HasSubstr("at least 0:19 left"));
}

TEST(RunProgress, SilenceIsSaidAndNoTimeIsPromised) {
  record::Glance glance = Planned();
  AddLaunches(glance, 2, 4);
  const RunProgress progress = ProgressOf(glance, kBegin + 100);
  EXPECT_EQ(progress.state, RunProgress::State::kSilent);
  EXPECT_FALSE(progress.seconds_left.has_value());
  EXPECT_THAT(Describe(progress), HasSubstr("Nothing was stored for 100 s"));
}

TEST(RunProgress, AFileWithoutAPlanHasNoShare) {
  record::Glance glance = Planned();
  AddLaunches(glance, 2, 4);
  for (const char* plan : {"", "nonsense", "[]", R"({"launches":"many"})"}) {
    glance.run.context.plan = plan;
    const RunProgress progress = ProgressOf(glance, kBegin + 1);
    EXPECT_FALSE(progress.share.has_value()) << plan;
    EXPECT_FALSE(ToJson(progress).contains("seconds_left")) << plan;
  }
  glance.run.finished = true;
  EXPECT_EQ(Describe(ProgressOf(glance, kBegin)), "Finished: 1 launch.");
}

TEST(LatencyHistory, ColumnsHoldWhatIsNew) {
  LatencyHistory history;
  record::Glance glance;
  glance.new_detach_ns = {5, 5};
  glance.detaches = 2;
  glance.sampled = {{16, 100}};
  EXPECT_EQ(history.known_detaches(), -1);
  history.Add(glance, 1);
  EXPECT_TRUE(history.columns().empty()) << "it was there before";
  EXPECT_EQ(history.known_detaches(), 2);
  glance.new_detach_ns = {0.5, 1024, 1500, 2048};
  glance.detaches = 6;
  glance.sampled = {{16, 103}, {20, 2}, {1000, 1}};
  history.Add(glance, 2);
  ASSERT_EQ(history.columns().size(), 1);
  EXPECT_THAT(history.columns()[0].klist_fini,
              ElementsAre(Pair(0, 1), Pair(10, 2), Pair(11, 1)));
  EXPECT_THAT(history.columns()[0].operations,
              ElementsAre(Pair(4, 5), Pair(9, 1)));
  glance.new_detach_ns.clear();
  history.Add(glance, 3);
  EXPECT_EQ(history.columns().size(), 1) << "nothing new";
}

TEST(LatencyHistory, OldColumnsGo) {
  LatencyHistory history;
  record::Glance glance;
  for (int i = 0; i < 500; ++i) {
    glance.sampled[16] += 1;
    history.Add(glance, i);
  }
  EXPECT_EQ(history.columns().size(), LatencyHistory::kColumns);
  EXPECT_EQ(history.columns().back().number, 499);
  EXPECT_EQ(ColumnsAfter(history, 497).size(), 2);
}

}  // namespace
}  // namespace knotestat::dashboards

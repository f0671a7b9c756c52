// What was measured before a launch was warm is left out, and only that.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/steady_rows.h"

#include <gtest/gtest.h>

#include "analysis/figures.h"
#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

constexpr Setting kSetting = {.rounds = 30, .noise = 0.002, .launches = 5};

record::Run RunOfTwo() {
  SyntheticRun run(4, kSetting);
  run.Add({.strategy = "none"});
  run.Add({.strategy = "epoch", .marginal_ns = 5});
  return run.run();
}

// Multiplies what epoch costs in some rounds of some launches.
template <typename Where>
record::Run Disturbed(double factor, Where where) {
  record::Run run = RunOfTwo();
  for (record::Block& block : run.rows.blocks) {
    if (block.cell == 2 && where(block.launch, block.round % 30)) {
      block.elapsed_ns *= factor;
    }
  }
  return run;
}

TEST(SteadyRows, LeavesOutAWarmUp) {
  const auto run = Disturbed(
      1.5, [](int launch, int round) { return launch == 2 && round < 8; });
  const auto cell = Analyze(run).cells[1];
  EXPECT_EQ(cell.state.verdict, "warm-up");
  EXPECT_NEAR(cell.state.dropped_rounds, 8, 1);
  ASSERT_FALSE(cell.state.launches.empty());
  EXPECT_EQ(cell.state.launches[0].launch, 2);
  EXPECT_NEAR(*cell.state.launches[0].steady_from, 38, 1);
  EXPECT_EQ(cell.not_ranked, "");
  EXPECT_EQ(cell.launches, 5);
  EXPECT_NEAR(cell.paths.at("submit").marginal_ns->median, 5, 0.1);
  EXPECT_EQ(Analyze(run).cells[0].state.verdict, "steady");
}

TEST(SteadyRows, MarksWhatGotSlowerInMostLaunches) {
  const auto late = [](int, int round) { return round >= 15; };
  const auto all = Analyze(Disturbed(1.1, late)).cells[1];
  EXPECT_EQ(all.state.verdict, "slowdown");
  EXPECT_NE(all.not_ranked, "");
  const auto one = Analyze(Disturbed(1.1, [&](int launch, int round) {
                     return launch == 3 && late(launch, round);
                   })).cells[1];
  EXPECT_EQ(one.state.verdict, "steady");
  EXPECT_EQ(one.state.launches[0].verdict, "slowdown");
  EXPECT_EQ(one.not_ranked, "");
}

TEST(SteadyRows, FewRoundsAreTooShortToSay) {
  SyntheticRun run(4, {.rounds = 6});
  run.Add({});
  EXPECT_EQ(Analyze(run.run()).cells[0].state.verdict, "too short to say");
}

TEST(Analyze, TellsHowEvenlyThreadsShare) {
  record::Run run = RunOfTwo();
  for (record::Block& block : run.rows.blocks) {
    if (block.cell == 2 && block.thread == 1) block.elapsed_ns *= 3;
  }
  const auto figures = Analyze(run);
  const auto& even = *figures.cells[0].paths.at("submit").fairness;
  EXPECT_GT(even.jain.median, 0.999);
  const auto& uneven = *figures.cells[1].paths.at("submit").fairness;
  // Throughputs 3 and 1: 16 / (2 * 10).
  EXPECT_NEAR(uneven.jain.median, 0.8, 0.01);
  EXPECT_NEAR(uneven.min_over_max.median, 1.0 / 3, 0.01);
}

TEST(Analyze, CertifiesEachProbeByItself) {
  record::Run run = RunOfTwo();
  std::vector<record::Block> alone;
  for (const record::Block& block : run.rows.blocks) {
    if (block.cell != 2 || block.kind != record::BlockKind::kProbed) continue;
    alone.push_back(block);
    alone.back().probe = "on_cpu";
    alone.back().elapsed_ns *= 1.08;
  }
  run.rows.blocks.insert(run.rows.blocks.end(), alone.begin(), alone.end());
  const auto figures = Analyze(run);
  const auto& certificate = figures.cells[1].certificate;
  EXPECT_NEAR(certificate.slowdown->median, 0, 0.003);
  EXPECT_NEAR(certificate.slowdown_by_probe.at("on_cpu").median, 0.08, 0.004);
  const auto& of_run = figures.slowdown_by_probe.at("on_cpu");
  EXPECT_NEAR(of_run.slowdown.median, 0.08, 0.004);
  EXPECT_EQ(of_run.launches, 5);
}

// A launch whose two rounds with a probe the machine disturbed is one
// observation, whatever the number of its cells.
TEST(Analyze, ADisturbedLaunchDoesNotMakeAProbeDear) {
  record::Run run;
  for (int cell = 1; cell <= 6; ++cell) {
    run.cells.emplace_back();
    run.cells.back().id = cell;
    run.cells.back().strategy = "epoch";
    for (int launch = 0; launch < 4; ++launch) {
      for (int round = 0; round < 2; ++round) {
        const double disturbed = launch == 2 ? 1.3 : 1.001 + 0.001 * launch;
        record::Block block;
        block.cell = cell;
        block.launch = launch;
        block.round = launch * 1000 + round;
        block.path = "submit";
        block.operations = 1000;
        block.kind = record::BlockKind::kBare;
        block.elapsed_ns = 20'000 + 10 * round + cell;
        run.rows.blocks.push_back(block);
        block.kind = record::BlockKind::kProbed;
        block.probe = "blame";
        block.elapsed_ns *= disturbed;
        run.rows.blocks.push_back(block);
      }
    }
  }
  const auto figures = Analyze(run);
  const auto& blame = figures.slowdown_by_probe.at("blame");
  EXPECT_EQ(blame.launches, 4);
  EXPECT_LT(blame.slowdown.lo, 0);
  EXPECT_GT(blame.slowdown.hi, 0.2);
}

}  // namespace
}  // namespace knotestat::analysis

// Figures of synthetic runs against the truth that was planted in them.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/figures.h"

#include <gtest/gtest.h>

#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

const record::PathFigures& Submit(const record::CellFigures& cell) {
  return cell.paths.at("submit");
}

record::Run RunOfOneCell(int id) {
  record::Run run;
  run.cells.resize(1);
  run.cells[0].id = id;
  run.cells[0].strategy = "epoch";
  return run;
}

TEST(Analyze, AveragesOverThreadsThenTakesTheMedianOverRounds) {
  record::Run run = RunOfOneCell(3);
  run.rows.blocks = {
      {3, 0, BlockKind::kMean, "scan", 0, 100, 1000},   // 10 ns
      {3, 0, BlockKind::kMean, "scan", 1, 100, 2000},   // 20 ns
      {3, 1, BlockKind::kMean, "scan", 0, 200, 2000},   // 10 ns
      {3, 1, BlockKind::kMean, "scan", 1, 0, 999},      // did not run
      {3, 2, BlockKind::kMean, "scan", 0, 10, 1000},    // 100 ns
      {3, 2, BlockKind::kProbed, "scan", 0, 10, 9000},  // not a mean
      {3, 2, BlockKind::kMean, "submit", 0, 10, 20},
  };
  const auto figures = Analyze(run);
  ASSERT_EQ(figures.cells.size(), 1u);
  const auto& paths = figures.cells[0].paths;
  ASSERT_EQ(paths.size(), 2u);
  EXPECT_EQ(paths.at("scan").ns_per_op->median, 15);
  EXPECT_EQ(paths.at("scan").ns_per_op->lo, 10);
  EXPECT_EQ(paths.at("scan").ns_per_op->hi, 100);
  EXPECT_EQ(paths.at("submit").ns_per_op->median, 2);
  EXPECT_FALSE(paths.at("scan").marginal_ns.has_value());
  EXPECT_FALSE(figures.cells[0].certificate.slowdown.has_value());
  EXPECT_FALSE(figures.cells[0].klist_fini.has_value());
  EXPECT_EQ(figures.cells[0].counters.at(kRoundsCounter), 3);
}

TEST(Analyze, FindsThePlantedMarginalCostThroughDrift) {
  SyntheticRun run(7, {.noise = 0.005, .drift = 0.3});
  run.Add({.strategy = "none"});
  run.Add({.strategy = "epoch", .marginal_ns = 2});
  const auto figures = Analyze(run.run());
  const auto& marginal = *Submit(figures.cells[1]).marginal_ns;
  EXPECT_LE(marginal.lo, 2.2);
  EXPECT_GE(marginal.hi, 1.8);
  // Unpaired, the drift of 30 % would drown it.
  EXPECT_LT(marginal.hi - marginal.lo, 1.0);
  const auto& absolute = *Submit(figures.cells[1]).ns_per_op;
  EXPECT_GT(absolute.hi - absolute.lo, 2.0);
  EXPECT_FALSE(Submit(figures.cells[0]).marginal_ns.has_value());
}

// Cycles are what they were, whatever the clock did.
TEST(Analyze, CountsCyclesThroughAClockThatChanges) {
  SyntheticRun run(11, {.noise = 0.001, .launches = 5});
  run.Add({.strategy = "none"});
  run.Add({.strategy = "epoch", .marginal_ns = 2});
  const auto steady = Analyze(run.run());
  EXPECT_FALSE(Submit(steady.cells[1]).cycles_per_op.has_value());
  EXPECT_FALSE(Submit(steady.cells[1]).marginal_cycles.has_value());
  EXPECT_FALSE(steady.cells[1].certificate.clock_ghz.has_value());
  // 4 GHz, and 2 % slower from launch to launch.
  for (record::Block& block : run.rows().blocks) {
    block.cycle_ns = 0.25 * (1 + 0.02 * (block.launch - 1));
    block.elapsed_ns *= *block.cycle_ns / 0.25;
  }
  const auto figures = Analyze(run.run());
  const auto& marginal = *Submit(figures.cells[1]).marginal_cycles;
  EXPECT_NEAR(marginal.median, 8, 0.05);
  EXPECT_LT(marginal.hi - marginal.lo, 0.4);
  const auto& ns = *Submit(figures.cells[1]).ns_per_op;
  const auto& cycles = *Submit(figures.cells[1]).cycles_per_op;
  EXPECT_NEAR(cycles.median, 4 * Submit(steady.cells[1]).ns_per_op->median,
              0.001 * cycles.median);
  EXPECT_GT((ns.hi - ns.lo) / ns.median,
            10 * (cycles.hi - cycles.lo) / cycles.median);
  const auto& clock = *figures.cells[1].certificate.clock_ghz;
  EXPECT_DOUBLE_EQ(clock.hi, 4);
  EXPECT_DOUBLE_EQ(clock.lo, 4 / 1.08);
  EXPECT_DOUBLE_EQ(clock.median, 4 / 1.04);
}

// A round in which one thread's clock is not known has no cycles.
TEST(Analyze, CountsNoCyclesOfAClockThatIsNotKnown) {
  record::Run run = RunOfOneCell(3);
  for (int round = 0; round < 6; ++round) {
    for (int thread = 0; thread < 2; ++thread) {
      run.rows.blocks.push_back(
          {3, round, BlockKind::kMean, "scan", thread, 10, 100});
      if (round != 0 || thread != 0) run.rows.blocks.back().cycle_ns = 0.5;
    }
  }
  run.rows.blocks[0].elapsed_ns = 9000;
  const auto figures = Analyze(run);
  EXPECT_EQ(figures.cells[0].paths.at("scan").cycles_per_op->hi, 20);
  EXPECT_EQ(figures.cells[0].certificate.clock_ghz->median, 2);
}

TEST(Analyze, PairsOnlyWithTheFloorOfTheSameLoad) {
  SyntheticRun run(7);
  run.Add({.strategy = "none", .cpus = 1});
  run.Add({.strategy = "epoch", .cpus = 2});
  record::Cell& other = run.Add({.strategy = "none", .cpus = 2});
  EXPECT_TRUE(Submit(Analyze(run.run()).cells[1]).marginal_ns.has_value());
  other.parameters = R"({"devices":5,"knotes_per_device":8})";
  EXPECT_FALSE(Submit(Analyze(run.run()).cells[1]).marginal_ns.has_value());
}

// As of two detach rates: a group each, with a floor of its own.
TEST(Analyze, PairsWithTheFloorThatTheSameLaunchesMeasured) {
  SyntheticRun synthetic(8, {.launches = 4});
  synthetic.Add({.strategy = "none"});
  synthetic.Add({.strategy = "none", .marginal_ns = 0});
  synthetic.Add({.strategy = "epoch", .marginal_ns = 2});
  record::Run& run = synthetic.run();
  for (record::Block& block : run.rows.blocks) {
    if (block.cell == 1) {
      block.launch += 4;  // the other group's, of a slower machine
      block.elapsed_ns *= 2;
    }
  }
  const auto figures = Analyze(run);
  EXPECT_NEAR(Submit(figures.cells[2]).marginal_ns->median, 2, 0.2);
}

// What a version that broke off launches left behind when it was resumed.
TEST(Analyze, KeepsRoundsOfLaunchesApartThatHaveTheSameNumber) {
  SyntheticRun synthetic(9, {.rounds = 20, .threads = 1, .launches = 3});
  synthetic.Add({.strategy = "epoch"});
  const auto apart = Analyze(synthetic.run());
  for (record::Block& block : synthetic.rows().blocks) block.round %= 20;
  const auto alike = Analyze(synthetic.run());
  for (const auto* figures : {&apart, &alike}) {
    EXPECT_EQ(figures->cells[0].counters.at(kRoundsCounter), 60);
    EXPECT_FALSE(Submit(figures->cells[0]).fairness.has_value());
  }
  EXPECT_EQ(Submit(alike.cells[0]).ns_per_op->median,
            Submit(apart.cells[0]).ns_per_op->median);
}

TEST(Analyze, TakesSampledOperationsFromTheirHistogram) {
  record::Run run = RunOfOneCell(1);
  run.rows.buckets = {{1, "sampled.scan", 0, 10, 99},
                      {1, "sampled.scan", 10, 20, 1},
                      {1, "bpf.klist_fini.wait", 0, 10, 7}};
  run.rows.counters = {{1, "sampled.scan.max_ns", 12}};
  const auto cell = Analyze(run).cells[0];
  ASSERT_EQ(cell.paths.size(), 1u);
  const auto& sampled = *cell.paths.at("scan").sampled_ns;
  EXPECT_EQ(sampled.count, 100u);
  EXPECT_EQ(sampled.max, 12);
  EXPECT_NEAR(sampled.p50, 5, 0.1);
  EXPECT_FALSE(cell.paths.at("scan").ns_per_op.has_value());
  EXPECT_TRUE(cell.counters.empty());
}

TEST(Analyze, TakesDetachesFromTheirRows) {
  SyntheticRun run(7, {.detach_noise = 0});
  run.Add({.klist_fini_ns = 1000});
  const auto fini = *Analyze(run.run()).cells[0].klist_fini;
  EXPECT_DOUBLE_EQ(fini.total.p50, 1000);
  EXPECT_DOUBLE_EQ(fini.from_intended.p99, 1500);
  EXPECT_DOUBLE_EQ(fini.publish_p50, 100);
  EXPECT_DOUBLE_EQ(fini.wait_p50, 800);
  EXPECT_DOUBLE_EQ(fini.reclaim_p50, 100);
  EXPECT_EQ(fini.total.count, 200u);
}

TEST(Analyze, SortsCounters) {
  record::Run run = RunOfOneCell(1);
  run.rows.counters = {{1, "events_lost", 0},
                       {1, "involuntary_switches", 3},
                       {1, "oracle_violations", 0},
                       {1, "bpf.klist_fini.count", 23}};
  const auto cell = Analyze(run).cells[0];
  EXPECT_EQ(cell.certificate.events_lost, 0);
  EXPECT_EQ(cell.certificate.involuntary_switches, 3);
  EXPECT_FALSE(cell.certificate.steal_ns.has_value());
  EXPECT_EQ(cell.oracle_violations, 0);
  EXPECT_EQ(cell.counters.size(), 1u);
  EXPECT_EQ(cell.counters.at("bpf.klist_fini.count"), 23);
}

TEST(Analyze, CertifiesTheSlowdownOfItsProbes) {
  SyntheticRun run(7, {.noise = 0.002, .drift = 0.2});
  run.Add({.slowdown = 0.03});
  const auto cell = Analyze(run.run()).cells[0];
  EXPECT_NEAR(cell.certificate.slowdown->median, 0.03, 0.003);
  EXPECT_LE(cell.certificate.slowdown->lo, 0.03);
  EXPECT_GE(cell.certificate.slowdown->hi, 0.03);
  EXPECT_TRUE(cell.klist_fini.has_value());
  EXPECT_FALSE(cell.counters.contains(kRefusedCounter));
}

TEST(Analyze, KeepsWhatMayBeUndistorted) {
  SyntheticRun run(7, {.noise = 0.05});
  run.Add({.slowdown = 0.05});
  const auto cell = Analyze(run.run()).cells[0];
  EXPECT_LT(cell.certificate.slowdown->lo, kMaxSlowdown);
  EXPECT_GT(cell.certificate.slowdown->hi, kMaxSlowdown);
  EXPECT_TRUE(cell.klist_fini.has_value());
  EXPECT_FALSE(cell.counters.contains(kRefusedCounter));
}

TEST(Analyze, RefusesWhatItsProbesDistort) {
  SyntheticRun run(7, {.noise = 0.002});
  run.Add({.slowdown = 0.08});
  run.rows().buckets = {{1, "sampled.submit", 0, 10, 5},
                        {1, "sampled.scan", 0, 10, 5}};
  const auto cell = Analyze(run.run()).cells[0];
  EXPECT_GT(cell.certificate.slowdown->lo, kMaxSlowdown);
  EXPECT_EQ(cell.counters.at(kRefusedCounter), 1);
  EXPECT_FALSE(cell.klist_fini.has_value());
  ASSERT_EQ(cell.paths.size(), 1u);
  EXPECT_FALSE(Submit(cell).sampled_ns.has_value());
  EXPECT_TRUE(Submit(cell).ns_per_op.has_value());
}

// Two rounds of one process slower than two others: the machine can do that.
TEST(Analyze, RefusesNothingOnFewRounds) {
  SyntheticRun synthetic(11, {.rounds = 4});
  synthetic.Add({.slowdown = 0.3});
  const auto cell = Analyze(synthetic.run()).cells[0];
  EXPECT_GT(cell.certificate.slowdown->lo, 0.05);
  EXPECT_FALSE(cell.counters.contains(kRefusedCounter));
}

TEST(Analyze, RepeatsForASeed) {
  SyntheticRun run(7);
  run.Add({.strategy = "none"});
  run.Add({});
  const auto first = record::ToJson(Analyze(run.run()));
  EXPECT_EQ(first, record::ToJson(Analyze(run.run())));
  run.run().context.seed = 8;
  EXPECT_NE(first, record::ToJson(Analyze(run.run())));
}

}  // namespace
}  // namespace knotestat::analysis

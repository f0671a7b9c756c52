// The harness that tests the comparison, and faults planted in what it tests.
// Everything is seeded: the same figures on every machine.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/self_comparison.h"

#include <gtest/gtest.h>

#include "analysis/compare.h"
#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

// What fresh processes do here: 0.2 % apart, their rounds 1 %.
Setting Launches(int launches) {
  return {.rounds = 30,
          .threads = 1,
          .detaches_per_round = 0,
          .launches = launches,
          .layout = 0.002};
}

// A record without a floor, so that a figure is an operation's cost.
record::Run RunOf(uint64_t seed, const Setting& setting, int cells,
                  double marginal_ns = 1) {
  SyntheticRun run(seed, setting);
  for (int cell = 0; cell < cells; ++cell) {
    run.Add(
        {.strategy = "s" + std::to_string(cell), .marginal_ns = marginal_ns});
  }
  std::erase_if(run.rows().blocks, [](const record::Block& block) {
    return block.kind != record::BlockKind::kMean;
  });
  return run.run();
}

struct Rates {
  int comparisons = 0;
  int found = 0;     // p <= 5 %
  int covering = 0;  // the interval holds the planted difference

  double Found() const { return static_cast<double>(found) / comparisons; }
  double Covering() const {
    return static_cast<double>(covering) / comparisons;
  }
};

constexpr int kCells = 20;

// 20 comparisons of each of `pairs` pairs of records, `planted` ns apart.
Rates CompareMany(const Setting& setting, double planted, uint64_t pairs = 50,
                  bool forget_launches = false) {
  Rates rates;
  for (uint64_t pair = 0; pair < pairs; ++pair) {
    record::Run before = RunOf(2 * pair, setting, kCells);
    record::Run after = RunOf(2 * pair + 1, setting, kCells, 1 + planted);
    if (forget_launches) {
      for (record::Run* run : {&before, &after}) {
        for (auto& block : run->rows.blocks) block.launch = 0;
      }
    }
    for (const Change& change : Compare(before, after).changes) {
      ++rates.comparisons;
      rates.found += change.p <= 0.05;
      rates.covering +=
          change.difference->lo <= planted && planted <= change.difference->hi;
    }
  }
  return rates;
}

TEST(AaHarness, FindsFivePerCentWhereThereIsNothing) {
  for (const int launches : {5, 10}) {
    const Rates rates = CompareMany(Launches(launches), 0, 200);
    printf("A/A, %d launches: %.1f %% of %d, coverage %.1f %%\n", launches,
           100 * rates.Found(), rates.comparisons, 100 * rates.Covering());
    EXPECT_EQ(rates.comparisons, 4000);
    EXPECT_NEAR(rates.Found(), 0.05, 0.015);
    // Of 30,000 comparisons with 5 launches 96.0 % cover, so that of 4,000
    // 96.5 % may.
    EXPECT_GE(rates.Covering(), 0.94);
    EXPECT_LE(rates.Covering(), 0.97);
  }
}

TEST(AaHarness, FindsFivePerCentInOneProcess) {
  const Rates rates = CompareMany(
      {.rounds = 40, .threads = 1, .detaches_per_round = 0}, 0, 200);
  printf("A/A, one process: %.1f %%, coverage %.1f %%\n", 100 * rates.Found(),
         100 * rates.Covering());
  EXPECT_NEAR(rates.Found(), 0.05, 0.015);
  EXPECT_GE(rates.Covering(), 0.94);
  EXPECT_LE(rates.Covering(), 0.96);
}

TEST(AbHarness, FindsOnePerCent) {
  const double one_per_cent = 0.21;
  for (const int launches : {5, 10}) {
    const Rates rates = CompareMany(Launches(launches), one_per_cent);
    printf("A/B of 1 %%, %d launches: %.1f %% found\n", launches,
           100 * rates.Found());
    EXPECT_GE(rates.Found(), launches == 5 ? 0.85 : 0.95);
    EXPECT_GE(rates.Covering(), 0.94);
  }
}

// The planted fault: an analysis that takes the rounds of all launches for one
// process's finds changes everywhere.
TEST(AaHarness, CatchesAnAnalysisThatForgetsLaunches) {
  Setting setting = Launches(5);
  setting.layout = 0.01;
  const Rates right = CompareMany(setting, 0);
  EXPECT_NEAR(right.Found(), 0.05, 0.015);
  const Rates wrong = CompareMany(setting, 0, 50, true);
  EXPECT_GT(wrong.Found(), 0.15);
  EXPECT_LT(wrong.Covering(), 0.85);
}

TEST(CompareWithItself, SplitsLaunches) {
  const auto result = *CompareWithItself(RunOf(1, Launches(10), 20), 100, 1);
  EXPECT_TRUE(result.by_launch);
  EXPECT_EQ(result.comparisons, 2000);
  // The splits share one record, so that this varies more than 2,000 would.
  EXPECT_NEAR(result.FalsePositiveRate(), 0.05, 0.035);
  EXPECT_NEAR(result.Coverage(), 0.95, 0.035);
  EXPECT_GT(result.detectable_part, 0.002);
  EXPECT_LT(result.detectable_part, 0.02);
}

// A sweep's groups have launches of their own, which are halved group by group.
TEST(CompareWithItself, SplitsTheLaunchesOfEachGroup) {
  constexpr int kLaunches = 5, kGroups = 6, kCellsOfEach = 2;
  record::Run run = RunOf(1, Launches(kLaunches), kGroups * kCellsOfEach);
  const auto group_of = [](int cell) { return (cell - 1) / kCellsOfEach; };
  for (record::Block& block : run.rows.blocks)
    block.launch += kLaunches * group_of(block.cell);
  run.launches.clear();
  for (int launch = 1; launch <= kLaunches * kGroups; ++launch) {
    const int group = (launch - 1) / kLaunches;
    run.launches.push_back({launch, group * kCellsOfEach + 1, "", true});
  }
  const auto result = *CompareWithItself(run, 100, 1);
  EXPECT_TRUE(result.by_launch);
  EXPECT_EQ(result.comparisons, 100 * kGroups * kCellsOfEach);
  EXPECT_LT(result.FalsePositiveRate(), 0.1);
  EXPECT_GT(result.Coverage(), 0.9);
}

TEST(CompareWithItself, SplitsTheRoundsOfOneProcess) {
  const record::Run run =
      RunOf(1, {.rounds = 40, .threads = 1, .detaches_per_round = 0}, 10);
  const auto result = *CompareWithItself(run, 50, 1);
  EXPECT_FALSE(result.by_launch);
  EXPECT_EQ(result.comparisons, 500);
  EXPECT_NEAR(result.FalsePositiveRate(), 0.05, 0.03);
  // The same record and seed give the same figures.
  EXPECT_EQ(ToJson(result), ToJson(*CompareWithItself(run, 50, 1)));
  EXPECT_NE(ToJson(result), ToJson(*CompareWithItself(run, 50, 2)));
}

TEST(CompareWithItself, NeedsRounds) {
  const record::Run run = RunOf(1, {.rounds = 6, .detaches_per_round = 0}, 2);
  EXPECT_FALSE(CompareWithItself(run, 10, 1).has_value());
}

}  // namespace
}  // namespace knotestat::analysis

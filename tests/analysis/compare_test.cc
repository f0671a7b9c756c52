// Planted changes are found, and where there is none, few are.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

#include <gmock/gmock.h>

#include "analysis/difference.h"
#include "analysis/gate.h"
#include "record/run.h"
#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

using testing::HasSubstr;

record::Run RunOf(uint64_t seed, const Setting& setting, const Truth& truth) {
  SyntheticRun run(seed, setting);
  run.Add({.strategy = "none"});
  run.Add(truth);
  return run.run();
}

bool Fails(const Comparison& comparison, const char* gate) {
  return !Judge(comparison, *ParseGate(gate)).failures.empty();
}

const Change& Find(const Comparison& comparison, const std::string& strategy,
                   const std::string& figure) {
  for (const Change& change : comparison.changes) {
    if (change.cell.strategy == strategy && change.figure == figure) {
      return change;
    }
  }
  ADD_FAILURE() << "no " << figure << " of " << strategy;
  static const Change none;
  return none;
}

TEST(AdjustForMany, DoesAsBenjaminiAndHochberg) {
  // Their own example, 1995, section 3.1: 4 of 15 are rejected at 5 %.
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
                                 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                                 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const auto adjusted = AdjustForMany(p);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.0015);
  EXPECT_DOUBLE_EQ(adjusted[3], 0.0095 * 15 / 4);
  EXPECT_LE(adjusted[3], 0.05);
  EXPECT_GT(adjusted[4], 0.05);
  EXPECT_DOUBLE_EQ(adjusted[14], 1);
  EXPECT_TRUE(AdjustForMany({}).empty());
}

TEST(TestDifference, IsFinerThanItsReplicates) {
  Random random(9);
  std::vector<double> before(2000);
  std::vector<double> after(2000);
  for (double& value : before) value = random.Normal();
  for (double& value : after) value = 10 + random.Normal();
  const auto tested = TestDifference(0, 10, before, after);
  EXPECT_LT(tested.p, 1e-9);
  EXPECT_GT(tested.p, 0);
  EXPECT_NEAR(tested.difference.lo, 10 - 1.96 * 1.414, 0.2);
  EXPECT_NEAR(tested.difference.hi, 10 + 1.96 * 1.414, 0.2);
  const auto none = TestDifference(0, 0, before, before);
  EXPECT_EQ(none.p, 1);
}

TEST(Compare, FindsAPlantedRegression) {
  const auto before = RunOf(1, {}, {.marginal_ns = 2});
  const auto after = RunOf(2, {}, {.marginal_ns = 3});
  const auto comparison = Compare(before, after);
  const Change& change = Find(comparison, "epoch", "marginal_ns");
  EXPECT_EQ(change.outcome, Outcome::kWorse);
  EXPECT_LE(change.difference->lo, 1.0);
  EXPECT_GE(change.difference->hi, 1.0);
  EXPECT_NEAR(*change.relative, 0.5, 0.2);
  EXPECT_LE(change.adjusted_p, 0.05);
  EXPECT_TRUE(Fails(comparison, "worse"));

  const auto reverse = Compare(after, before);
  EXPECT_EQ(Find(reverse, "epoch", "marginal_ns").outcome, Outcome::kBetter);
  EXPECT_FALSE(Fails(reverse, "worse"));
}

TEST(Compare, FindsASlowerKlistFini) {
  // The tail is compared as far out as there are detaches for it.
  for (const auto& [detaches, tail] :
       {std::pair(10, "klist_fini_p90"), std::pair(20, "klist_fini_p99")}) {
    const Setting setting = {.detaches_per_round = detaches};
    const auto comparison =
        Compare(RunOf(1, setting, {.klist_fini_ns = 10'000}),
                RunOf(2, setting, {.klist_fini_ns = 15'000}));
    for (const char* figure : {"klist_fini_p50", tail}) {
      const Change& change = Find(comparison, "epoch", figure);
      EXPECT_EQ(change.outcome, Outcome::kWorse) << figure;
      EXPECT_NEAR(*change.relative, 0.5, 0.2) << figure;
    }
    EXPECT_EQ(comparison.changes.size(), 4u);
    EXPECT_EQ(Find(comparison, "epoch", "marginal_ns").path, "submit");
  }
}

TEST(Compare, ASlowerMachineIsNotASlowerStrategy) {
  // All of 5 %: the marginal 0.1 ns drowns in its interval, the floor's does
  // not.
  const auto before = RunOf(1, {}, {.marginal_ns = 2});
  const auto after = RunOf(2, {.machine = 1.05}, {.marginal_ns = 2});
  const auto comparison = Compare(before, after);
  EXPECT_EQ(Find(comparison, "none", "ns_per_op").outcome, Outcome::kWorse);
  EXPECT_NE(Find(comparison, "epoch", "marginal_ns").outcome, Outcome::kWorse);
  EXPECT_FALSE(Fails(comparison, "worse"));
  EXPECT_THAT(comparison.warnings,
              testing::ElementsAre(HasSubstr("with one process"),
                                   HasSubstr("the machine itself changed")));
}

TEST(Compare, UsesAbsoluteCostsWithoutAFloor) {
  SyntheticRun before(1);
  before.Add({.marginal_ns = 2});
  SyntheticRun after(2);
  after.Add({.strategy = "none"});
  after.Add({.marginal_ns = 2});
  const auto comparison = Compare(before.run(), after.run());
  EXPECT_EQ(Find(comparison, "epoch", "ns_per_op").outcome, Outcome::kSame);
}

TEST(Compare, SaysWhenItCannotTell) {
  const auto few = RunOf(1, {.rounds = 4, .detaches_per_round = 1}, {});
  const auto comparison = Compare(few, few);
  for (const Change& change : comparison.changes) {
    EXPECT_EQ(change.outcome, Outcome::kCannotTell);
    EXPECT_THAT(change.reason, HasSubstr("fewer than "));
    EXPECT_FALSE(change.difference.has_value());
  }
  EXPECT_TRUE(Fails(comparison, "undecided"));
  const auto noisy =
      Compare(RunOf(1, {.noise = 0.5}, {}), RunOf(2, {.noise = 0.5}, {}));
  const Change& change = Find(noisy, "epoch", "marginal_ns");
  EXPECT_EQ(change.outcome, Outcome::kCannotTell);
  EXPECT_THAT(change.reason, HasSubstr("may be anything"));
}

TEST(Compare, NamesWhatDoesNotMatch) {
  auto before = RunOf(1, {}, {.strategy = "rwlock"});
  auto after = RunOf(1, {}, {.strategy = "epoch"});
  after.context.host = "other";
  after.context.kernel = "7.0";
  after.context.cpu_model = "i486";
  const auto comparison = Compare(before, after);
  ASSERT_EQ(comparison.only_before.size(), 1u);
  EXPECT_EQ(comparison.only_before[0].strategy, "rwlock");
  ASSERT_EQ(comparison.only_after.size(), 1u);
  EXPECT_EQ(comparison.only_after[0].strategy, "epoch");
  ASSERT_EQ(comparison.other_machine.size(), 3u);
  EXPECT_TRUE(Fails(comparison, "other-machine"));
  EXPECT_TRUE(Fails(comparison, "missing"));
  EXPECT_THAT(comparison.warnings[0], HasSubstr("buron"));
  EXPECT_THAT(comparison.warnings[0], HasSubstr("other"));
}

// `run` with its last cell a second time, refused, before or behind all others.
record::Run WithRefused(record::Run run, bool first) {
  record::Cell refused = run.cells.back();
  refused.refused = "needs membarrier(2)";
  refused.id = first ? 0 : refused.id + 1;
  run.cells.insert(first ? run.cells.begin() : run.cells.end(), refused);
  return run;
}

// As in files merged of a machine where the strategy cannot run and one where
// it can.
TEST(Compare, ACellThatWasRefusedElsewhereIsTheMeasuredOne) {
  const auto before = RunOf(1, {}, {.marginal_ns = 2});
  const auto after = RunOf(2, {}, {.marginal_ns = 3});
  const size_t changes = Compare(before, after).changes.size();
  for (const bool first : {true, false}) {
    for (const auto& comparison :
         {Compare(WithRefused(before, first), after),
          Compare(before, WithRefused(after, first))}) {
      EXPECT_EQ(Find(comparison, "epoch", "marginal_ns").outcome,
                Outcome::kWorse);
      EXPECT_EQ(comparison.changes.size(), changes);
      EXPECT_TRUE(comparison.only_before.empty());
      EXPECT_TRUE(comparison.only_after.empty());
    }
  }
}

TEST(Compare, TakesTheOrderOfParametersForNothing) {
  auto before = RunOf(1, {}, {});
  auto after = before;
  after.cells[1].parameters =
      R"({"detach_hz": 50, "knotes_per_device": 8, "devices": 4})";
  EXPECT_TRUE(Compare(before, after).only_after.empty());
  after.cells[1].parameters = R"({"detach_hz": 51})";
  EXPECT_EQ(Compare(before, after).only_after.size(), 1u);
}

TEST(Compare, ARunIsTheSameAsItself) {
  const auto run = RunOf(1, {}, {});
  for (const Change& change : Compare(run, run).changes) {
    EXPECT_EQ(change.difference->median, 0);
    EXPECT_TRUE(change.outcome == Outcome::kSame ||
                change.outcome == Outcome::kCannotTell);
  }
}

// Counts what single comparisons of two equal runs take for a change. Each
// has one figure, so nothing is adjusted.
int FalsePositives(const Setting& setting, const std::string& figure,
                   int trials) {
  int found = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto seed = static_cast<uint64_t>(2 * trial);
    const auto comparison =
        Compare(RunOf(seed, setting, {}), RunOf(seed + 1, setting, {}));
    // Where a false warm-up took too many rounds there may be none.
    for (const Change& change : comparison.changes) {
      if (change.cell.strategy != "epoch" || change.figure != figure) continue;
      found += change.p <= 0.05;
    }
  }
  return found;
}

// At 5 % of 400 trials one expects 20; chance alone puts 99.9 % of such
// counts between 8 and 36.
TEST(Compare, FindsFewChangesWhereThereAreNone) {
  const int marginal =
      FalsePositives({.detaches_per_round = 0}, "marginal_ns", 400);
  EXPECT_GE(marginal, 4);
  EXPECT_LE(marginal, 32);
  const int fini = FalsePositives({.rounds = 15, .detaches_per_round = 5},
                                  "klist_fini_p50", 400);
  EXPECT_GE(fini, 4);
  EXPECT_LE(fini, 32);
  const int tail = FalsePositives({.rounds = 20, .detaches_per_round = 25},
                                  "klist_fini_p99", 400);
  EXPECT_GE(tail, 4);
  EXPECT_LE(tail, 36);
}

TEST(Compare, TheCorrectionKeepsManyCellsQuiet) {
  int runs_with_alarm = 0;
  constexpr int kTrials = 50;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    SyntheticRun before(1000 + 2 * trial, {.detaches_per_round = 0});
    SyntheticRun after(1001 + 2 * trial, {.detaches_per_round = 0});
    for (int cell = 0; cell < 24; ++cell) {
      const Truth truth = {.strategy = "s" + std::to_string(cell)};
      before.Add(truth);
      after.Add(truth);
    }
    runs_with_alarm += Fails(Compare(before.run(), after.run()), "worse");
  }
  // Without it 24 comparisons would raise one in about half of all runs.
  EXPECT_LE(runs_with_alarm, 6);
}

TEST(Compare, FindsOnePerCentAmongManyCells) {
  constexpr int kCells = 24;
  int found = 0;
  int false_alarms = 0;
  for (uint64_t trial = 0; trial < 20; ++trial) {
    SyntheticRun before(
        5000 + 2 * trial,
        {.rounds = 30, .detaches_per_round = 0, .noise = 0.005});
    SyntheticRun after(5001 + 2 * trial,
                       {.rounds = 30, .detaches_per_round = 0, .noise = 0.005});
    for (int cell = 0; cell < kCells; ++cell) {
      Truth truth = {.strategy = "s" + std::to_string(cell), .marginal_ns = 5};
      before.Add(truth);
      if (cell == 0) truth.marginal_ns += 0.25;  // 1 % of 25 ns
      after.Add(truth);
    }
    const auto comparison = Compare(before.run(), after.run());
    for (const Change& change : comparison.changes) {
      if (change.outcome != Outcome::kWorse) continue;
      ++(change.cell.strategy == "s0" ? found : false_alarms);
    }
  }
  EXPECT_GE(found, 19);
  EXPECT_LE(false_alarms, 5);
}

TEST(CompareJson, HoldsWhatWasCompared) {
  const auto comparison = Compare(RunOf(1, {}, {}), RunOf(2, {}, {}));
  const auto json = ToJson(comparison);
  EXPECT_EQ(json["schema"], record::kSchemaVersion);
  ASSERT_EQ(json["changes"].size(), comparison.changes.size());
  EXPECT_EQ(json["changes"][0]["strategy"], "none");
  EXPECT_EQ(json["changes"][0]["figure"], "ns_per_op");
  EXPECT_TRUE(json["changes"][0]["difference"].contains("lo"));
  const auto few = RunOf(1, {.rounds = 2}, {});
  const auto nothing = ToJson(Compare(few, few))["changes"][0];
  EXPECT_FALSE(nothing.contains("difference"));
  EXPECT_EQ(nothing["outcome"], "can't tell");
}

}  // namespace
}  // namespace knotestat::analysis

// Costs are compared at one clock: what the clock does is no change, and hides
// none.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/cost_difference.h"

#include <gmock/gmock.h>

#include <functional>

#include "analysis/compare.h"
#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr double kSynthetic = 4.0;  // GHz: the clock that costs are planted at

enum class Costs { kFollowTheClock, kDoNot };

// The same costs as measured at another clock, in each launch.
record::Run At(record::Run run, const std::function<double(int launch)>& clock,
               Costs costs = Costs::kFollowTheClock) {
  for (record::Block& block : run.rows.blocks) {
    const double ghz = clock(block.launch);
    block.cycle_ns = 1 / ghz;
    if (costs == Costs::kFollowTheClock) block.elapsed_ns *= kSynthetic / ghz;
  }
  return run;
}

record::Run At(record::Run run, double ghz,
               Costs costs = Costs::kFollowTheClock) {
  return At(
      std::move(run), [ghz](int) { return ghz; }, costs);
}

record::Run WithoutClock(record::Run run) {
  for (record::Block& block : run.rows.blocks) block.cycle_ns.reset();
  return run;
}

// A floor, and a strategy above it.
record::Run RunOf(uint64_t seed, double marginal_ns, Setting setting = {}) {
  setting.noise = 0.002;
  SyntheticRun run(seed, setting);
  run.Add({.strategy = "none"});
  run.Add({.marginal_ns = marginal_ns});
  return run.run();
}

// Of the floor's cost and the marginal one, in this order.
std::vector<Change> CostsOf(const Comparison& comparison) {
  std::vector<Change> costs;
  for (const Change& change : comparison.changes) {
    if (!change.path.empty()) costs.push_back(change);
  }
  return costs;
}

TEST(CostDifference, AFasterClockIsNoChange) {
  const record::Run before = At(RunOf(1, 2), kSynthetic);
  const record::Run after = At(RunOf(2, 2), 1.05 * kSynthetic);
  const Comparison comparison = Compare(before, after);
  for (const Change& cost : CostsOf(comparison)) {
    EXPECT_EQ(cost.outcome, Outcome::kSame) << cost.cell.strategy;
    const double planted = cost.cell.strategy == "none" ? 20 : 2;
    EXPECT_NEAR(cost.before, planted, 0.1);
    EXPECT_NEAR(cost.after, planted, 0.1);  // at the clock before
    ASSERT_TRUE(cost.clocks);
    EXPECT_NEAR(cost.clocks->after, 4.2, 1e-9);
  }
  EXPECT_THAT(comparison.warnings,
              Contains(HasSubstr("4.00 GHz before and 4.20 GHz after")));
  EXPECT_THAT(comparison.warnings,
              Not(Contains(HasSubstr("the machine itself changed"))));

  // The control: so it looks in ns.
  const Comparison in_ns = Compare(before, WithoutClock(after));
  EXPECT_EQ(CostsOf(in_ns)[0].outcome, Outcome::kBetter);
  EXPECT_FALSE(CostsOf(in_ns)[0].clocks);
}

TEST(CostDifference, WhatDoesNotFollowTheClockIsNoChangeEither) {
  const Comparison comparison =
      Compare(At(RunOf(1, 2), kSynthetic),
              At(RunOf(2, 2), 1.05 * kSynthetic, Costs::kDoNot));
  const Change floor = CostsOf(comparison)[0];
  EXPECT_EQ(floor.outcome, Outcome::kCannotTell);
  EXPECT_THAT(floor.reason, HasSubstr("does not follow the clock"));
  EXPECT_NEAR(floor.after, 21, 0.1);
}

TEST(CostDifference, AChangeIsFoundAtAnyClock) {
  for (const double ghz : {0.95 * kSynthetic, kSynthetic, 1.05 * kSynthetic}) {
    const Comparison comparison =
        Compare(At(RunOf(1, 2), kSynthetic), At(RunOf(2, 4), ghz));
    const Change cost = CostsOf(comparison)[1];
    EXPECT_EQ(cost.outcome, Outcome::kWorse) << ghz;
    EXPECT_NEAR(cost.difference->median, 2, 0.1) << ghz;
    EXPECT_NEAR(*cost.relative, 1, 0.1) << ghz;
  }
}

// A clock that changes from launch to launch of one run spreads ns, not cycles.
TEST(CostDifference, FindsWhatTheClockWouldHide) {
  const auto wandering = [](int launch) {
    return kSynthetic * (launch % 2 == 0 ? 0.98 : 1.02);
  };
  const Setting setting = {.launches = 10};
  Setting slower = setting;
  slower.floor_ns *= 1.01;
  const record::Run before = At(RunOf(1, 2, setting), wandering);
  const record::Run after = At(RunOf(2, 2, slower), wandering);
  EXPECT_EQ(CostsOf(Compare(before, after))[0].outcome, Outcome::kWorse);
  EXPECT_NE(
      CostsOf(Compare(WithoutClock(before), WithoutClock(after)))[0].outcome,
      Outcome::kWorse);
}

}  // namespace
}  // namespace knotestat::analysis

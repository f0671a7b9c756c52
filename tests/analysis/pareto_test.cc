// The front, who is recommended of it, why, and where that would change.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/pareto.h"

#include <gmock/gmock.h>

#include "analysis/choose_reasons.h"
#include "analysis/preference.h"

namespace knotestat::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

record::Estimate Exactly(double value) { return {value, value, value}; }

TEST(Pareto, KeepsWhatNothingBeats) {
  const Tradeoff fast = {{1, 0.9, 1.1}, Exactly(100), Exactly(64)};
  const Tradeoff small = {{2, 1.9, 2.1}, Exactly(100), Exactly(8)};
  const Tradeoff beaten = {{3, 2.9, 3.1}, Exactly(100), Exactly(8)};
  const Tradeoff unclear = {{2.2, 2.0, 2.4}, Exactly(100), Exactly(8)};
  EXPECT_TRUE(Dominates(small, beaten));
  EXPECT_FALSE(Dominates(beaten, small));
  EXPECT_FALSE(Dominates(small, unclear));
  EXPECT_FALSE(Dominates(fast, fast));
  const std::vector<Tradeoff> all = {beaten, fast, small, unclear};
  EXPECT_THAT(ParetoFront(all), ElementsAre(1, 2, 3));
  EXPECT_EQ(Recommend(all, {1, 2, 3}), 1u);
}

TEST(Pareto, RanksOverlappingReadersByKlistFiniThenBytes) {
  const Tradeoff a = {{1.0, 0.8, 1.2}, {900, 800, 1000}, Exactly(64)};
  const Tradeoff b = {{1.1, 0.9, 1.3}, {300, 250, 350}, Exactly(64)};
  const Tradeoff c = {{1.2, 1.1, 1.4}, {320, 300, 400}, Exactly(8)};
  EXPECT_EQ(Recommend({a, b, c}, {0, 1}), 1u);
  EXPECT_EQ(Recommend({a, b, c}, {0, 1, 2}), 2u);
  EXPECT_EQ(Recommend({a, a}, {0, 1}), 0u);
}

// What only somebody dominates who is off the front himself stays on it.
TEST(Pareto, OnlyItsMembersDominate) {
  const Tradeoff fast = {{2.0, 1.9, 2.04}, Exactly(300), Exactly(8)};
  const Tradeoff between = {{2.1, 2.0, 2.2}, Exactly(200), Exactly(8)};
  const Tradeoff slow = {{2.2, 2.1, 2.3}, Exactly(100), Exactly(8)};
  EXPECT_TRUE(Dominates(between, fast));
  EXPECT_TRUE(Dominates(slow, between));
  EXPECT_FALSE(Dominates(slow, fast));
  EXPECT_THAT(ParetoFront({fast, between, slow}), ElementsAre(0, 2));
}

TEST(Pareto, ACircleHasAFront) {
  const record::Estimate wide = {10.8, 0, 40};
  const Tradeoff a = {Exactly(10), wide, Exactly(11.5)};
  const Tradeoff b = {Exactly(11.5), Exactly(10), wide};
  const Tradeoff c = {wide, Exactly(11.5), Exactly(10)};
  EXPECT_TRUE(Dominates(a, b));
  EXPECT_TRUE(Dominates(b, c));
  EXPECT_TRUE(Dominates(c, a));
  EXPECT_THAT(ParetoFront({a, b, c}), testing::Not(IsEmpty()));
}

// Measured on 16 CPUs in two launches: by overlap alone half a KiB of memory
// would decide against who has the lower reader cost, and the less is known of
// that the more so.
TEST(Pareto, WhatIsBarelyKnownRejectsNobody) {
  const Tradeoff percpu_rwlock = {
      {3.76, 3.3, 4.22}, {130, 65, 130}, Exactly(2048)};
  const Tradeoff psref = {{2.09, 0.27, 3.91}, {20, 15, 66}, Exactly(2560)};
  EXPECT_FALSE(Dominates(percpu_rwlock, psref));
  const std::vector<Tradeoff> both = {percpu_rwlock, psref};
  EXPECT_THAT(ParetoFront(both), ElementsAre(0, 1));
  EXPECT_EQ(WhyOnFront({"psref", psref}, {"percpu_rwlock", percpu_rwlock},
                       {"submit", "p90"}),
            "against percpu_rwlock perhaps better in reader cost (2.09 ns per "
            "submit against 3.76 ns) and klist_fini (p90 20.0 ns against 130 "
            "ns), worse in memory (2.5 KiB against 2.0 KiB)");
}

// As good as the same is no reason to stay.
TEST(Pareto, ATenthIsNoReasonToStay) {
  const Tradeoff epoch = {{0.71, 0.6, 0.8}, {1000, 900, 1100}, Exactly(128)};
  const Tradeoff psref = {{0.65, 0.55, 0.75}, {950, 850, 1050}, Exactly(160)};
  EXPECT_TRUE(Dominates(epoch, psref));
  const Tradeoff faster = {{0.5, 0.4, 0.7}, {950, 850, 1050}, Exactly(160)};
  EXPECT_FALSE(Dominates(epoch, faster));
}

TEST(Reasons, FollowTheStepsOfTheRecommendation) {
  const Named psref = {"psref",
                       {{2.1, 1.5, 2.6}, {200, 190, 210}, Exactly(64)}};
  const Named epoch = {"epoch", {{1.5, 1.2, 1.8}, {390, 360, 420}, Exactly(0)}};
  const std::vector<Tradeoff> all = {psref.tradeoff, epoch.tradeoff};
  ASSERT_EQ(Recommend(all, ParetoFront(all)), 0u);
  EXPECT_THAT(WhyRecommended(psref, {epoch}, {"submit", "p99"}),
              StartsWith("lowest klist_fini of those with the lowest reader "
                         "cost: 2.10 ns"));
  EXPECT_THAT(WhyRecommended(psref, {psref}, {"submit", "p99"}),
              StartsWith("lowest median, though not told apart from psref"));
}

TEST(TurningPoints, NameOnlyWhatMayBeRecommended) {
  const Tradeoff epoch = {Exactly(2), Exactly(500), Exactly(8)};
  const Tradeoff rwlock = {Exactly(1.9), Exactly(900), Exactly(8)};
  const Tradeoff beaten = {Exactly(1.95), Exactly(950), Exactly(8)};
  const auto points = TurningPointsOf({epoch, rwlock, beaten}, 0,
                                      {"epoch", "rwlock", "beaten"});
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].strategy, "rwlock");
  const Tradeoff unclear = {{1.99, 1.8, 2.2}, Exactly(900), Exactly(8)};
  ASSERT_TRUE(Dominates(epoch, unclear));
  EXPECT_THAT(TurningPointsOf({epoch, unclear}, 0, {"epoch", "unclear"}),
              IsEmpty());
}

}  // namespace
}  // namespace knotestat::analysis

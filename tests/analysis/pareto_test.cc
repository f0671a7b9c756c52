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
  const Tradeoff fast = {{1.5, 1.0, 2.0}, Exactly(300), Exactly(8)};
  const Tradeoff between = {{2.0, 1.9, 2.1}, Exactly(200), Exactly(8)};
  const Tradeoff slow = {{2.6, 2.05, 3.0}, Exactly(100), Exactly(8)};
  EXPECT_TRUE(Dominates(between, fast));
  EXPECT_TRUE(Dominates(slow, between));
  EXPECT_FALSE(Dominates(slow, fast));
  EXPECT_THAT(ParetoFront({fast, between, slow}), ElementsAre(0, 2));
}

TEST(Pareto, ACircleHasAFront) {
  const record::Estimate wide = {2, 0, 4};
  const Tradeoff a = {Exactly(1), wide, Exactly(3)};
  const Tradeoff b = {Exactly(3), Exactly(1), wide};
  const Tradeoff c = {wide, Exactly(3), Exactly(1)};
  EXPECT_TRUE(Dominates(a, b));
  EXPECT_TRUE(Dominates(b, c));
  EXPECT_TRUE(Dominates(c, a));
  EXPECT_THAT(ParetoFront({a, b, c}), testing::Not(IsEmpty()));
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

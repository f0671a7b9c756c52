// Intervals repeat for a seed and cover a known truth as often as they say.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "analysis/detaches.h"
#include "analysis/quantile.h"

namespace knotestat::analysis {
namespace {

TEST(Random, IsSplitMix64) {
  Random random(1234567);  // values of the authors' own program
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
}

TEST(Random, DrawsEveryIndexEquallyOften) {
  Random random(3);
  std::vector<int> drawn(7);
  for (int i = 0; i < 70'000; ++i) ++drawn[random.Below(7)];
  for (const int count : drawn) EXPECT_NEAR(count, 10'000, 400);
}

TEST(Random, NormalsAreNormal) {
  Random random(4);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
}

TEST(BootstrapMedian, RepeatsForASeed) {
  std::vector<double> values(21);
  std::iota(values.begin(), values.end(), 1.0);
  const auto first = BootstrapMedian(values, 42);
  const auto again = BootstrapMedian(values, 42);
  EXPECT_EQ(first.median, 11);
  EXPECT_EQ(first.lo, again.lo);
  EXPECT_EQ(first.hi, again.hi);
  EXPECT_LT(first.lo, 11);
  EXPECT_GT(first.hi, 11);
  EXPECT_NE(ResampledMedians(values, 42), ResampledMedians(values, 43));
  EXPECT_NE(SeedFor(1, "a"), SeedFor(1, "b"));
  EXPECT_NE(SeedFor(1, "a"), SeedFor(2, "a"));
}

// The same draws, each sorted again.
TEST(ResampledMedians, AreTheMediansOfTheDraws) {
  for (const size_t count : {1u, 2u, 5u, 8u}) {
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) values.push_back(std::exp2(i));
    Random random(11);
    std::vector<double> expected;
    for (int resample = 0; resample < 50; ++resample) {
      std::vector<double> draws;
      for (size_t i = 0; i < count; ++i) {
        draws.push_back(values[random.Below(count)]);
      }
      expected.push_back(Median(draws));
    }
    EXPECT_EQ(ResampledMedians(values, 11, 50), expected) << count;
  }
}

TEST(BootstrapMedian, OfEqualValuesIsAPoint) {
  const auto estimate = BootstrapMedian(std::vector<double>(9, 3.5), 1);
  EXPECT_EQ(estimate.lo, 3.5);
  EXPECT_EQ(estimate.median, 3.5);
  EXPECT_EQ(estimate.hi, 3.5);
}

// Part of `trials` intervals from `rounds` draws that hold the true median.
template <typename Draw>
double Coverage(size_t rounds, double truth, int trials, Draw draw) {
  Random random(rounds);
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> values(rounds);
    for (double& value : values) value = draw(random);
    const auto estimate = BootstrapMedian(values, random.Next(), 1000);
    covered += estimate.lo <= truth && truth <= estimate.hi;
  }
  return static_cast<double>(covered) / trials;
}

// One standard error of 1,000 trials is 0.7 %.
TEST(BootstrapMedian, CoversATruthAsOftenAsItSays) {
  for (const size_t rounds : {6u, 7u, 9u, 20u, 31u}) {
    SCOPED_TRACE(rounds);
    const double normal = Coverage(
        rounds, 0, 1000, [](Random& random) { return random.Normal(); });
    EXPECT_GE(normal, 0.94);
    EXPECT_LE(normal, rounds < 9 ? 0.995 : 0.98);
    const double skewed = Coverage(rounds, 1, 1000, [](Random& random) {
      return std::exp(random.Normal());
    });
    EXPECT_GE(skewed, 0.94);
    EXPECT_LE(skewed, rounds < 9 ? 0.995 : 0.98);
  }
}

// Between the smallest and the largest of five there are 93.75 %.
TEST(BootstrapMedian, TheFewestRoundsCoverNearlyAsOften) {
  const double coverage = Coverage(
      kMinRounds, 0, 2000, [](Random& random) { return random.Normal(); });
  EXPECT_NEAR(coverage, 0.9375, 0.02);
}

TEST(TailFor, IsThatOfStudentExpanded) {
  // t(0.975; 4) = 2.776, t(0.975; 19) = 2.093
  EXPECT_NEAR(TailFor(5), 0.000957, 0.00003);
  EXPECT_NEAR(TailFor(20), 0.01586, 0.0001);
  EXPECT_NEAR(TailFor(1'000'000), 0.025, 1e-5);
}

record::Detach DetachOf(int round, double total) {
  return {1, round, 8, total, total, 0, 0, 0};
}

TEST(DetachQuantile, ResamplesRoundsWhole) {
  // Detaches of one round are alike: 400 of them are worth 20 rounds.
  Random random(5);
  std::vector<record::Detach> clustered;
  std::vector<record::Detach> independent;
  for (int round = 0; round < 20; ++round) {
    const double level = 1000 * std::exp(0.5 * random.Normal());
    for (int i = 0; i < 20; ++i) {
      clustered.push_back(DetachOf(round, level));
      independent.push_back(
          DetachOf(round, 1000 * std::exp(0.5 * random.Normal())));
    }
  }
  const auto wide = *DetachQuantile(clustered, 0.5, 1);
  const auto narrow = *DetachQuantile(independent, 0.5, 1);
  EXPECT_LE(wide.lo, wide.median);
  EXPECT_GE(wide.hi, wide.median);
  EXPECT_GT(wide.hi - wide.lo, 2 * (narrow.hi - narrow.lo));
}

TEST(DetachQuantile, TakesTheNearestRank) {
  std::vector<record::Detach> detaches;
  for (int i = 1; i <= 1000; ++i) detaches.push_back(DetachOf(i % 10, i));
  EXPECT_EQ(DetachQuantile(detaches, 0.5, 1)->median, 500);
  EXPECT_EQ(DetachQuantile(detaches, 0.99, 1)->median, 990);
  EXPECT_LE(DetachQuantile(detaches, 0.99, 1)->hi, 1000);
}

TEST(DetachQuantile, NeedsSomeBeyondIt) {
  EXPECT_EQ(DetachesNeeded(0.5), 8u);
  EXPECT_EQ(DetachesNeeded(0.9), 40u);
  EXPECT_EQ(DetachesNeeded(0.99), 400u);
  EXPECT_FALSE(HighestQuantile(7).has_value());
  EXPECT_EQ(HighestQuantile(8), 0.5);
  EXPECT_EQ(HighestQuantile(399), 0.9);
  EXPECT_EQ(HighestQuantile(400), 0.99);
  EXPECT_EQ(QuantileName(0.99), "p99");
  std::vector<record::Detach> detaches(7, DetachOf(1, 10));
  EXPECT_FALSE(DetachQuantile(detaches, 0.5, 1).has_value());
  detaches.push_back(DetachOf(1, 20));
  const auto of_one_round = DetachQuantile(detaches, 0.5, 1);
  ASSERT_TRUE(of_one_round.has_value());
  EXPECT_EQ(of_one_round->lo, 10);
}

}  // namespace
}  // namespace knotestat::analysis

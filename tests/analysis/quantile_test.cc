// Quantiles of samples and of buckets against values known by hand and
// against each other.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "analysis/bootstrap.h"

namespace knotestat::analysis {
namespace {

TEST(Median, TakesTheMiddle) {
  std::vector<double> odd = {5, 1, 3};
  EXPECT_EQ(Median(odd), 3);
  std::vector<double> even = {8, 1, 4, 2};
  EXPECT_EQ(Median(even), 3);
  std::vector<double> one = {7};
  EXPECT_EQ(Median(one), 7);
}

TEST(Quantile, IsTheNearestRank) {
  const std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(Quantile(ten, 0), 1);
  EXPECT_EQ(Quantile(ten, 0.1), 1);
  EXPECT_EQ(Quantile(ten, 0.11), 2);
  EXPECT_EQ(Quantile(ten, 0.5), 5);
  EXPECT_EQ(Quantile(ten, 0.9), 9);
  EXPECT_EQ(Quantile(ten, 0.99), 10);
  EXPECT_EQ(Quantile(ten, 1), 10);
}

TEST(DistributionOfSamples, IsMadeOfSamples) {
  EXPECT_FALSE(DistributionOf(std::vector<double>()).has_value());
  std::vector<double> samples;
  for (int i = 1000; i >= 1; --i) samples.push_back(i);
  const auto distribution = *DistributionOf(samples);
  EXPECT_EQ(distribution.p50, 500);
  EXPECT_EQ(distribution.p90, 900);
  EXPECT_EQ(distribution.p99, 990);
  EXPECT_EQ(distribution.p999, 999);
  EXPECT_EQ(distribution.max, 1000);
  EXPECT_EQ(distribution.count, 1000u);
}

record::Bucket BucketOf(uint64_t lower, uint64_t upper, uint64_t count) {
  return {1, "sampled.scan", lower, upper, count};
}

TEST(DistributionOfBuckets, SpreadsValuesEvenlyInABucket) {
  // Out of order, with an empty one.
  const auto distribution = *DistributionOf(
      {BucketOf(200, 300, 10), BucketOf(0, 100, 0), BucketOf(100, 200, 90)},
      290.0);
  EXPECT_DOUBLE_EQ(distribution.p50, 100 + 100 * 49.5 / 90);
  EXPECT_DOUBLE_EQ(distribution.p90, 100 + 100 * 89.5 / 90);
  EXPECT_DOUBLE_EQ(distribution.p99, 200 + 100 * 8.5 / 10);
  EXPECT_DOUBLE_EQ(distribution.p999, 290);  // 295 is more than the maximum
  EXPECT_EQ(distribution.max, 290);
  EXPECT_EQ(distribution.count, 100u);
}

TEST(DistributionOfBuckets, KnowsNoMoreThanItWasTold) {
  EXPECT_FALSE(DistributionOf({}, 5.0).has_value());
  EXPECT_FALSE(DistributionOf({BucketOf(0, 10, 0)}, {}).has_value());
  EXPECT_EQ(DistributionOf({BucketOf(0, 10, 1)}, {})->max, 10);
  const auto open = *DistributionOf({BucketOf(50, UINT64_MAX, 3)}, 70.0);
  EXPECT_EQ(open.p50, 50);
  EXPECT_EQ(open.max, 70);
}

// Log-linear buckets, 16 to an octave, of samples whose quantiles are known.
TEST(DistributionOfBuckets, AgreesWithTheSamplesWithinABucket) {
  Random random(17);
  std::vector<double> samples;
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> counts;
  for (int i = 0; i < 100'000; ++i) {
    const double sample = std::floor(std::exp(5 + random.Normal()));
    samples.push_back(sample);
    const auto value = static_cast<uint64_t>(sample);
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 5);
    const uint64_t lower = value >> shift << shift;
    ++counts[{lower, lower + (uint64_t{1} << shift)}];
  }
  std::vector<record::Bucket> buckets;
  for (const auto& [bounds, count] : counts) {
    buckets.push_back(BucketOf(bounds.first, bounds.second, count));
  }
  const double max = *std::max_element(samples.begin(), samples.end());
  const auto exact = *DistributionOf(samples);
  const auto bucketed = *DistributionOf(buckets, max);
  EXPECT_NEAR(bucketed.p50, exact.p50, exact.p50 / 16);
  EXPECT_NEAR(bucketed.p90, exact.p90, exact.p90 / 16);
  EXPECT_NEAR(bucketed.p99, exact.p99, exact.p99 / 16);
  EXPECT_NEAR(bucketed.p999, exact.p999, exact.p999 / 16);
  EXPECT_EQ(bucketed.max, exact.max);
  EXPECT_EQ(bucketed.count, exact.count);
}

}  // namespace
}  // namespace knotestat::analysis

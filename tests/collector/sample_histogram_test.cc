// Nothing is lost in a histogram, and its maximum is exact.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/sample_histogram.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace knotestat::collector {
namespace {

record::Batch Move(SampleHistogram& histogram) {
  record::Batch batch;
  histogram.MoveTo(7, "sampled.scan", batch);
  return batch;
}

uint64_t CountOf(const record::Batch& batch) {
  uint64_t count = 0;
  for (const auto& bucket : batch.buckets) count += bucket.count;
  return count;
}

TEST(SampleHistogram, CountsEveryValueInABucketThatHoldsIt) {
  SampleHistogram histogram;
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> value(5, 3);
  std::vector<double> values(10'000);
  for (double& ns : values) histogram.Add(ns = value(random));
  const record::Batch batch = Move(histogram);
  EXPECT_EQ(CountOf(batch), values.size());
  for (const auto& bucket : batch.buckets) {
    EXPECT_EQ(bucket.cell, 7);
    EXPECT_EQ(bucket.histogram, "sampled.scan");
    const auto inside =
        std::count_if(values.begin(), values.end(), [&](double ns) {
          const auto whole = static_cast<uint64_t>(ns);
          return whole >= bucket.lower_ns && whole < bucket.upper_ns;
        });
    EXPECT_EQ(bucket.count, static_cast<uint64_t>(inside)) << bucket.lower_ns;
  }
}

TEST(SampleHistogram, ItsMaximumIsExact) {
  SampleHistogram histogram;
  for (double ns : {12.25, 1'234'567.875, 3.0}) histogram.Add(ns);
  const record::Batch batch = Move(histogram);
  ASSERT_EQ(batch.counters.size(), 1u);
  EXPECT_EQ(batch.counters[0].cell, 7);
  EXPECT_EQ(batch.counters[0].name, "sampled.scan.max_ns");
  EXPECT_EQ(batch.counters[0].value, 1'234'567.875);
}

TEST(SampleHistogram, StartsOverAfterAMove) {
  SampleHistogram histogram;
  histogram.Add(1000);
  Move(histogram);
  const record::Batch empty = Move(histogram);
  EXPECT_TRUE(empty.buckets.empty());
  // Not measured is absent, not 0.
  EXPECT_TRUE(empty.counters.empty());
  histogram.Add(10);
  const record::Batch second = Move(histogram);
  EXPECT_EQ(CountOf(second), 1u);
  EXPECT_EQ(second.counters[0].value, 10);
}

TEST(SampleHistogram, TakesTheExtremes) {
  SampleHistogram histogram;
  for (double ns : {0.0, -5.0, 1e15}) histogram.Add(ns);
  const record::Batch batch = Move(histogram);
  ASSERT_EQ(batch.buckets.size(), 2u);
  EXPECT_EQ(batch.buckets[0].lower_ns, 0u);
  EXPECT_EQ(batch.buckets[0].count, 2u);
  EXPECT_EQ(batch.buckets[1].count, 1u);
}

}  // namespace
}  // namespace knotestat::collector

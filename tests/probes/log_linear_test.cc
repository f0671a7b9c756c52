// The bucket arithmetic that BPF and C++ share, at every edge.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/log_linear.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace {

constexpr uint64_t kLimit = uint64_t{1} << 40;

// Finds the bucket without arithmetic: an independent answer.
uint32_t BucketBySearch(uint64_t ns) {
  uint32_t bucket = 0;
  while (bucket + 1 < KNS_BUCKETS && kns_bucket_lower(bucket + 1) <= ns) {
    bucket++;
  }
  return bucket;
}

TEST(LogLinear, BucketsCoverAllValuesWithoutGapOrOverlap) {
  EXPECT_EQ(KNS_BUCKETS, 593u);
  EXPECT_EQ(kns_bucket_lower(0), 0u);
  for (uint32_t i = 0; i < KNS_BUCKETS; i++) {
    SCOPED_TRACE(i);
    ASSERT_LT(kns_bucket_lower(i), kns_bucket_upper(i));
    if (i > 0) {
      ASSERT_EQ(kns_bucket_lower(i), kns_bucket_upper(i - 1));
    }
    ASSERT_EQ(kns_bucket_of(kns_bucket_lower(i)), i);
    ASSERT_EQ(kns_bucket_of(kns_bucket_upper(i) - 1), i);
  }
  EXPECT_EQ(kns_bucket_lower(KNS_BUCKETS - 1), kLimit);
}

TEST(LogLinear, ABucketIsAtMostASixteenthOfItsLowerBoundWide) {
  for (uint32_t i = 0; i + 1 < KNS_BUCKETS; i++) {
    const uint64_t width = kns_bucket_upper(i) - kns_bucket_lower(i);
    if (width == 1) continue;  // exact
    ASSERT_LE(width * 16, kns_bucket_lower(i)) << i;
  }
  // Below 32 every value has its own bucket.
  for (uint32_t ns = 0; ns < 32; ns++) ASSERT_EQ(kns_bucket_of(ns), ns);
}

TEST(LogLinear, AgreesWithSearchAtAndAroundAllPowersOfTwo) {
  for (int bit = 0; bit < 64; bit++) {
    const uint64_t power = uint64_t{1} << bit;
    EXPECT_EQ(kns_log2(power), static_cast<uint32_t>(bit));
    EXPECT_EQ(kns_log2(power | (power - 1)), static_cast<uint32_t>(bit));
    for (uint64_t ns : {power - 1, power, power + 1, power + power / 2}) {
      ASSERT_EQ(kns_bucket_of(ns), BucketBySearch(ns)) << ns;
    }
  }
}

TEST(LogLinear, AgreesWithSearchOnRandomValues) {
  std::mt19937_64 random(23);
  for (int i = 0; i < 20'000; i++) {
    const uint64_t ns = random() >> (random() % 64);
    ASSERT_EQ(kns_bucket_of(ns), BucketBySearch(ns)) << ns;
  }
}

TEST(LogLinear, LargeValuesShareTheLastBucket) {
  EXPECT_EQ(kns_bucket_of(kLimit - 1), KNS_BUCKETS - 2);
  EXPECT_EQ(kns_bucket_of(kLimit), KNS_BUCKETS - 1);
  EXPECT_EQ(kns_bucket_of(std::numeric_limits<uint64_t>::max()),
            KNS_BUCKETS - 1);
  EXPECT_EQ(kns_bucket_upper(KNS_BUCKETS - 1),
            static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
}

}  // namespace

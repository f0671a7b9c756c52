// Intervals cut into pieces: their edges, and thousands of them at random
// against a search through all.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/interval_index.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace knotestat::collector {
namespace {

constexpr uint32_t kNobody = IntervalIndex::kNone;

uint32_t Last(const IntervalIndex::Holders& holders) {
  return *holders.rbegin();
}

TEST(IntervalIndex, HoldsItsFirstAddressAndNotItsEnd) {
  const IntervalIndex index({{10, 20, 1}, {20, 30, 2}, {40, 41, 3}}, Last);
  EXPECT_EQ(index.Find(0), kNobody);
  EXPECT_EQ(index.Find(9), kNobody);
  EXPECT_EQ(index.Find(10), 1u);
  EXPECT_EQ(index.Find(19), 1u);
  EXPECT_EQ(index.Find(20), 2u);
  EXPECT_EQ(index.Find(29), 2u);
  EXPECT_EQ(index.Find(30), kNobody);
  EXPECT_EQ(index.Find(39), kNobody);
  EXPECT_EQ(index.Find(40), 3u);
  EXPECT_EQ(index.Find(41), kNobody);
  EXPECT_EQ(index.Find(std::numeric_limits<uint64_t>::max()), kNobody);
}

TEST(IntervalIndex, TheOuterOneGoesOnAfterTheInner) {
  const IntervalIndex index({{10, 40, 0}, {20, 30, 1}, {20, 25, 2}}, Last);
  EXPECT_EQ(index.Find(19), 0u);
  EXPECT_EQ(index.Find(20), 2u);
  EXPECT_EQ(index.Find(24), 2u);
  EXPECT_EQ(index.Find(25), 1u);
  EXPECT_EQ(index.Find(29), 1u);
  EXPECT_EQ(index.Find(30), 0u);
  EXPECT_EQ(index.Find(39), 0u);
  EXPECT_EQ(index.Find(40), kNobody);
}

TEST(IntervalIndex, NothingHoldsNothing) {
  EXPECT_EQ(IntervalIndex().Find(1), kNobody);
  EXPECT_EQ(IntervalIndex({{5, 5, 1}, {7, 6, 2}}, Last).Find(5), kNobody);
}

TEST(IntervalIndex, AgreesWithASearchThroughAll) {
  std::mt19937 random(1);
  std::vector<Interval> intervals;
  for (int i = 0; i < 2'000; ++i) {
    // Few ids and few addresses: the same interval comes more than once.
    const uint64_t begin = random() % 10'000;
    intervals.push_back(
        {begin, begin + random() % 30, static_cast<uint32_t>(random() % 500)});
  }
  const IntervalIndex index(intervals, Last);
  for (uint64_t address = 0; address < 10'100; ++address) {
    uint32_t expected = kNobody;
    for (const Interval& interval : intervals) {
      if (address < interval.begin || address >= interval.end) continue;
      if (expected == kNobody || expected < interval.id) expected = interval.id;
    }
    ASSERT_EQ(index.Find(address), expected) << address;
  }
}

}  // namespace
}  // namespace knotestat::collector

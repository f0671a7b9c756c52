// The writers' schedule: open loop, at its rate, exact where a count is asked
// for, and the same again from the same seed.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/detach_schedule.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace knotestat::collector {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

std::vector<IntendedDetach> Schedule(double hz, uint64_t block_ns,
                                     std::optional<uint64_t> count, int devices,
                                     uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  return MakeSchedule(hz, block_ns, count, devices, random);
}

std::vector<uint64_t> TimesOf(const std::vector<IntendedDetach>& schedule) {
  std::vector<uint64_t> times;
  for (const IntendedDetach& detach : schedule) times.push_back(detach.at_ns);
  return times;
}

TEST(DetachSchedule, WithoutARateNobodyDetaches) {
  EXPECT_TRUE(Schedule(0, kSecond, std::nullopt, 4).empty());
  EXPECT_TRUE(Schedule(0, kSecond, 23, 4).empty());
}

TEST(DetachSchedule, AscendsAndStaysInsideTheBlock) {
  const auto times = TimesOf(Schedule(5000, kSecond, std::nullopt, 4));
  ASSERT_FALSE(times.empty());
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_LT(times.back(), kSecond);
}

TEST(DetachSchedule, KeepsItsRate) {
  // Poisson: 100,000 expected, a standard deviation of 316.
  const auto schedule = Schedule(1000, 100 * kSecond, std::nullopt, 4);
  EXPECT_NEAR(static_cast<double>(schedule.size()), 100'000, 5 * 316);
}

TEST(DetachSchedule, ArrivesAsPoissonDoes) {
  // Exponential gaps: their standard deviation is their mean, and 1 - 1/e of
  // them are shorter than it. A closed loop or a fixed step has neither.
  const auto times = TimesOf(Schedule(1000, 100 * kSecond, std::nullopt, 4));
  std::vector<double> gaps;
  for (size_t i = 1; i < times.size(); ++i)
    gaps.push_back(static_cast<double>(times[i] - times[i - 1]));
  const auto count = static_cast<double>(gaps.size());
  double sum = 0, squares = 0;
  for (double gap : gaps) sum += gap;
  const double mean = sum / count;
  for (double gap : gaps) squares += (gap - mean) * (gap - mean);
  EXPECT_NEAR(std::sqrt(squares / count) / mean, 1, 0.02);
  const auto shorter = static_cast<double>(std::count_if(
      gaps.begin(), gaps.end(), [&](double gap) { return gap < mean; }));
  EXPECT_NEAR(shorter / count, 1 - std::exp(-1), 0.01);
}

TEST(DetachSchedule, TakesEveryDeviceAboutAsOften) {
  std::vector<int> taken(7);
  for (const auto& detach : Schedule(1000, 70 * kSecond, std::nullopt, 7)) {
    ASSERT_GE(detach.device, 0);
    ASSERT_LT(detach.device, 7);
    ++taken[static_cast<size_t>(detach.device)];
  }
  for (int count : taken) EXPECT_NEAR(count, 10'000, 500);
}

TEST(DetachSchedule, HasExactlyTheCountHoweverLongThatTakes) {
  for (const uint64_t count : {1u, 23u, 1000u})
    EXPECT_EQ(Schedule(500, 1, count, 4).size(), count);
  EXPECT_TRUE(Schedule(500, kSecond, 0, 4).empty());
  // At a rate, not all at once: 1000 at 500 Hz take about two seconds.
  const auto times = TimesOf(Schedule(500, 1, 1000, 4));
  EXPECT_NEAR(static_cast<double>(times.back()) / kSecond, 2, 0.35);
}

TEST(DetachSchedule, TheSeedDecides) {
  const auto first = Schedule(1000, kSecond, std::nullopt, 4, 7);
  const auto again = Schedule(1000, kSecond, std::nullopt, 4, 7);
  const auto other = Schedule(1000, kSecond, std::nullopt, 4, 8);
  EXPECT_EQ(TimesOf(first), TimesOf(again));
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(first[i].device, again[i].device);
  EXPECT_NE(TimesOf(first), TimesOf(other));
}

}  // namespace
}  // namespace knotestat::collector

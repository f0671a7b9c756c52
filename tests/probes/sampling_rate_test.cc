// How often samples may be taken.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifdef KNOTESTAT_HAVE_BPF
#include "probes/on_cpu/sampling_rate.h"

#include <gtest/gtest.h>

namespace knotestat::probes {
namespace {

TEST(SamplingRate, IsWhatWasAskedForIfThatIsCheap) {
  SamplingRate rate(99);
  EXPECT_EQ(rate.hz(), 99) << "at the cost that is assumed";
  rate.Calibrate(20'000, 15'000);
  EXPECT_EQ(rate.cost_ns(), 20'000);
  EXPECT_EQ(rate.hz(), 99);
}

TEST(SamplingRate, StaysBelowOnePercentOfTheTime) {
  SamplingRate rate(99);
  for (const double cost_ns : {1e3, 1e5, 3e5, 1e6, 5e6}) {
    rate.Calibrate(cost_ns, cost_ns / 2);
    EXPECT_LE(rate.hz() * cost_ns, 0.01 * 1e9) << cost_ns;
    EXPECT_GE(rate.hz(), 1);
  }
  SamplingRate often(5000);
  often.Calibrate(13'000, 9'000);
  EXPECT_EQ(often.hz(), 461);
}

TEST(SamplingRate, FollowsWhatSamplesTake) {
  SamplingRate rate(5000);
  rate.Calibrate(10'000, 8'000);
  EXPECT_EQ(rate.hz(), 600);
  rate.Saw(100, 100 * 38'000);  // deeper stacks
  EXPECT_EQ(rate.cost_ns(), 40'000);
  EXPECT_EQ(rate.hz(), 150);
  rate.Saw(100, 100 * 8'000);
  EXPECT_EQ(rate.hz(), 600);
}

TEST(SamplingRate, FewSamplesWaitForMore) {
  SamplingRate rate(5000);
  rate.Calibrate(10'000, 8'000);
  rate.Saw(3, 3'000'000);  // one of them was interrupted
  EXPECT_EQ(rate.cost_ns(), 10'000);
  rate.Saw(97, 97 * 8'000);
  EXPECT_EQ(rate.cost_ns(), 2'000 + (3'000'000 + 97 * 8'000) / 100.0);
}

TEST(SamplingRate, IsOncePerSecondAtLeast) {
  SamplingRate rate(99);
  rate.Calibrate(1e9, 1e9);
  EXPECT_EQ(rate.hz(), 1);
}

}  // namespace
}  // namespace knotestat::probes
#endif  // KNOTESTAT_HAVE_BPF

// What is known of the timer before anything is measured.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/timer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "collector/cycle_time.h"
#include "collector/timer_skew.h"
#include "collector/topology.h"
#include "knote/env/cycle_chain.h"

namespace knotestat::collector {
namespace {

#ifdef KNOTESTAT_CYCLE_CHAIN
TEST(CycleTime, IsThatOfAClock) {
  const auto cycle_ns = CycleNsHere();
  ASSERT_TRUE(cycle_ns.has_value());
  EXPECT_GT(*cycle_ns, 0.1);  // no CPU has 10 GHz
  EXPECT_TRUE(std::isfinite(*cycle_ns));
}
#endif

TEST(Timer, BracketsAreADistributionAroundTheCost) {
  const Timer timer = CalibrateTimer();
  EXPECT_GT(timer.ns_per_tick, 0);
  EXPECT_GT(timer.quantum_ns, 0);
  ASSERT_FALSE(timer.brackets.empty());
  uint64_t total = 0, shorter = 0;
  double last = -1;
  for (const record::TimerBracket& bracket : timer.brackets) {
    EXPECT_GT(bracket.ns, last);
    last = bracket.ns;
    total += bracket.count;
    if (bracket.ns < timer.cost_ns) shorter += bracket.count;
    // Each is a whole number of quanta.
    const double quanta = bracket.ns / timer.quantum_ns;
    EXPECT_NEAR(quanta, std::round(quanta), 1e-6);
  }
  EXPECT_EQ(total, 100'000u);
  EXPECT_LE(shorter, total / 2);
}

class TimerSkew : public testing::Test {
 protected:
  void SetUp() override {
    cpus_ = *CpuOrder();
    if (cpus_.size() < 2) GTEST_SKIP() << "needs two CPUs";
    cpus_.resize(2);
  }

  std::vector<int> cpus_;
  const Timer timer_{.ns_per_tick = 0.5};
};

TEST_F(TimerSkew, OfOneClockIsNone) {
  std::atomic<uint64_t> clock{1};
  EXPECT_EQ(TimerSkewNs(cpus_, timer_, [&](int) { return ++clock; }), 0);
}

TEST_F(TimerSkew, OfThisMachineIsMeasured) {
  const auto skew = TimerSkewNs(cpus_, CalibrateTimer());
  ASSERT_TRUE(skew.has_value());
  EXPECT_GE(*skew, 0);
}

// The planted fault: one CPU's clock is behind.
TEST_F(TimerSkew, OfACpuThatIsBehindIsFound) {
  for (const int behind : cpus_) {
    std::atomic<uint64_t> clock{1'000'000};
    const auto skew = TimerSkewNs(cpus_, timer_, [&](int cpu) {
      return ++clock - (cpu == behind ? 1000 : 0);
    });
    ASSERT_TRUE(skew.has_value());
    EXPECT_NEAR(*skew, 999 * 0.5, 0.5) << behind;
  }
}

TEST_F(TimerSkew, NeedsTwoCpusThatCanBeUsed) {
  EXPECT_FALSE(TimerSkewNs({cpus_[0]}, timer_));
  EXPECT_FALSE(TimerSkewNs({cpus_[0], 1023}, timer_));
}

#ifdef KNOTESTAT_CYCLE_CHAIN
TEST(CycleNs, IsThatOfACpuOfOurTime) {
  const auto cycle = CycleNs(CpuOrder()->front());
  ASSERT_TRUE(cycle.has_value());
  EXPECT_GT(*cycle, 0.1);  // 10 GHz
  EXPECT_LT(*cycle, 100);
}
#endif

TEST(CycleNs, NeedsACpuThatCanBeUsed) { EXPECT_FALSE(CycleNs(1023)); }

}  // namespace
}  // namespace knotestat::collector

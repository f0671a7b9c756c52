// What the machine says of itself, and that the timer ticks with the clock.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/machine.h"

#include <gmock/gmock.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>

#include "collector/timer.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;

TEST(Machine, IsDescribedAsItIs) {
  const record::Context context = DescribeMachine();
  utsname names;
  ASSERT_EQ(uname(&names), 0);
  EXPECT_EQ(context.host, names.nodename);
  EXPECT_EQ(context.kernel, names.release);
  EXPECT_EQ(context.cpus, sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_THAT(context.started_at,
              testing::MatchesRegex(
                  "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}.*"));
  EXPECT_FALSE(context.build.empty());
}

TEST(Machine, StealIsOfTheGivenCpusAndNeverMadeUp) {
  EXPECT_FALSE(StealNs({}).has_value());
  EXPECT_FALSE(StealNs({100'000}).has_value());
  const auto steal = StealNs({0});
  if (!steal) GTEST_SKIP() << "/proc/stat does not tell steal time here";
  EXPECT_GE(*steal, 0);
  EXPECT_GE(*StealNs({0}), *steal);
}

TEST(Machine, InvoluntarySwitchesOnlyGrow) {
  const uint64_t before = InvoluntarySwitches();
  const uint64_t begin = HwEnv::Now();
  while (HwEnv::Now() - begin < 5'000'000) HwEnv::Pause();
  EXPECT_GE(InvoluntarySwitches(), before);
}

TEST(Timer, TicksWithTheClock) {
  const Timer timer = CalibrateTimer();
  ASSERT_GT(timer.ns_per_tick, 0);
  const uint64_t begin = HwEnv::Now(), first = HwEnv::Cycles();
  usleep(20'000);
  const uint64_t last = HwEnv::Cycles(), end = HwEnv::Now();
  // Wide, because whoever is preempted between two readings sees them apart;
  // the wrong unit is off by far more.
  const double ratio = static_cast<double>(last - first) * timer.ns_per_tick /
                       static_cast<double>(end - begin);
  EXPECT_GT(ratio, 0.1);
  EXPECT_LT(ratio, 10);
}

TEST(Timer, HasAQuantumAndACost) {
  const Timer timer = CalibrateTimer();
  EXPECT_GT(timer.quantum_ns, 0);
  EXPECT_GE(timer.cost_ns, 0);
  // No reading is finer than the quantum: the cost is a multiple of it.
  const double steps = timer.cost_ns / timer.quantum_ns;
  EXPECT_NEAR(steps, std::round(steps), 1e-6 * std::max(1.0, steps));
}

}  // namespace
}  // namespace knotestat::collector

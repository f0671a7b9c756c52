// Controls that are caught on the machine, at once and every time, with the
// sound strategy passing the same check. Those that only lack an ordering show
// when two CPUs meet in some ns; `knotestat check` finds them all by schedule
// (tests/check/strategies_test.cc).
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "tests/knote/stress.h"

namespace knote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A control and the strategy that it is a faulty copy of.
struct Pair {
  const char* busted = "";
  const char* sound = "";
  int knotes = 16;         // on a klist: how long its walk takes
  uint64_t hold_ns = 100;  // how long a reader stays inside
  int readers = 2;
};

std::string NameOfPair(const testing::TestParamInfo<Pair>& test) {
  return test.param.busted;
}

// Readers that are nearly always inside for a moment, detaches without pause.
Load ShortSections(const Pair& pair) {
  Load load;
  load.processes = pair.readers;
  load.devices = pair.readers;
  load.knotes_per_device = pair.knotes;
  load.mix = {1, 0, 0};
  load.hold_ns = pair.hold_ns;
  return load;
}

class BustedTest : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "ThreadSanitizer would stop at the race that is provoked";
#endif
    for (const char* name : {GetParam().busted, GetParam().sound}) {
      if (auto missing = StrategyUnavailable(FindStrategy(name)->info))
        GTEST_SKIP() << *missing;
    }
  }

  // In a process of its own, because memory that is freed too early can do
  // anything: exits with 0 unless caught within `duration`.
  [[noreturn]] static void ExitIfCaught(const char* name, const Load& load,
                                        milliseconds duration) {
    StressPlan plan;
    plan.duration = duration;
    plan.until_violation = true;
    plan.operations = 8;
    std::_Exit(Stress(*FindStrategy(name), load, plan).violations == 0 ? 0 : 1);
  }

  static void ExpectCaught(const Load& load) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        ExitIfCaught(GetParam().busted, load, seconds(120)),
        [](int status) { return status != 0; }, "");
    EXPECT_EXIT(ExitIfCaught(GetParam().sound, load, milliseconds(500)),
                testing::ExitedWithCode(0), "");
  }
};

using BustedWaitTest = BustedTest;

TEST_P(BustedWaitTest, IsCaughtWithAReaderAsleepInside) {
  Load load = ShortSections(GetParam());
  load.hold_ns = 100'000;
  load.hold_sleeps = true;
  ExpectCaught(load);
}

INSTANTIATE_TEST_SUITE_P(Controls, BustedWaitTest,
                         testing::Values(Pair{"busted_psref", "psref"},
                                         Pair{"none", "epoch"}),
                         NameOfPair);

using BustedProgressTest = BustedTest;

constexpr int kStuck = 7;

// Exits with kStuck once no detach has finished for two seconds, with 0 if
// they went on for `duration` in all.
[[noreturn]] void RunWithWatchdog(const char* name, milliseconds duration) {
  std::atomic<int> detaches{0};
  std::thread run([&] {
    StressPlan plan;
    plan.duration = duration;
    plan.operations = 8;
    plan.progress = &detaches;
    Stress(*FindStrategy(name), ShortSections({}), plan);
    std::_Exit(0);
  });
  for (int seen = 0, quiet = 0; quiet < 20; ++quiet) {
    std::this_thread::sleep_for(milliseconds(100));
    const int now = detaches.load();
    if (now != seen) quiet = 0;
    seen = now;
  }
  std::_Exit(kStuck);
}

TEST_P(BustedProgressTest, IsCaughtByTheWatchdog) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(RunWithWatchdog(GetParam().busted, seconds(60)),
              testing::ExitedWithCode(kStuck), "");
  EXPECT_EXIT(RunWithWatchdog(GetParam().sound, milliseconds(500)),
              testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(Controls, BustedProgressTest,
                         testing::Values(Pair{"busted_rwlock", "rwlock"}),
                         NameOfPair);

}  // namespace
}  // namespace knote

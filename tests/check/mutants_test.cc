// Would the checker notice? Every planted fault is found, or is known, with
// the reason, to break nothing.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <algorithm>

#include "check/hunt.h"
#include "check/schedule.h"
#include "check/shrink.h"
#include "check/verdict.h"

namespace knotestat::check {
namespace {

// "rwlock:klist" as a test's name: rwlock_klist.
std::string NameOfHunt(const testing::TestParamInfo<const StrategyEntry*>& t) {
  std::string name = t.param->name;
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}

class MutantsOf : public testing::TestWithParam<const StrategyEntry*> {};

TEST_P(MutantsOf, AreFoundOrExplained) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "too slow with AddressSanitizer to find every fault in time";
#endif
  Engine engine;
  HuntOptions options;
  options.seconds = 20;  // a tenth is enough for nearly all
  int found = 0;
  const auto mutants = Mutants(engine, *GetParam());
  ASSERT_TRUE(mutants.ok()) << mutants.status();
  for (const Mutant& mutant : *mutants) {
    if (!mutant.unneeded.empty()) continue;
    const Hunted hunted = Hunt(engine, mutant, options);
    EXPECT_TRUE(hunted.found) << mutant.name;
    if (!hunted.found) continue;
    ++found;
    EXPECT_LE(hunted.replay.size(), kMaxReplay) << mutant.name;
    // It replays: the same finding, by the same steps.
    const auto schedule = ReadSchedule(hunted.replay);
    ASSERT_TRUE(schedule.ok()) << schedule.status();
    Settings settings;
    settings.model = schedule->model;
    settings.mutation = mutant.mutation;
    const Failure again =
        Tell(engine, FindProgram(*mutant.entry, schedule->program)->run,
             settings, schedule->choices);
    EXPECT_EQ(again.finding.kind, hunted.finding.kind) << mutant.name;
    EXPECT_EQ(again.fingerprint, schedule->fingerprint) << mutant.name;
  }
  // The rest of a mechanism's faults is planted at its default scope.
  const bool scoped = GetParam()->name.find(':') != std::string::npos;
  EXPECT_GE(found, GetParam()->safe && !scoped ? 4 : 0);
}

INSTANTIATE_TEST_SUITE_P(Checked, MutantsOf, testing::ValuesIn(Strategies()),
                         NameOfHunt);

}  // namespace
}  // namespace knotestat::check

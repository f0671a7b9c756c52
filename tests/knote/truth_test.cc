// The truth workloads against strategies and systems that lie.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "knote/strategies/epoch/epoch.h"
#include "knote/truth/perform.h"
#include "knote/workloads/workload.h"
#include "knote/world_of.h"
#include "tests/knote/lying_system.h"

namespace knote::truth {
namespace {

const TruthWorkload& Named(std::string_view name) {
  return *FindTruthWorkload(name);
}

// Plays in a child, which a deadlock does not outlive, and exits with the
// verdict.
[[noreturn]] void ExitWithVerdict(const TruthWorkload& workload,
                                  const StrategyEntry& strategy) {
  const Testimony seen = Perform(workload, strategy);
  for (const auto& wait : seen.chain.waits)
    std::fprintf(stderr, "%s;", ToText(wait).c_str());
  std::_Exit(static_cast<int>(Judge(workload, strategy.info, seen)));
}

class TruthDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  void Expect(std::string_view workload, StrategyEntry strategy,
              Verdict verdict, const std::string& chain = "") {
    EXPECT_EXIT(ExitWithVerdict(Named(workload), strategy),
                testing::ExitedWithCode(static_cast<int>(verdict)), chain);
  }
};

TEST_F(TruthDeathTest, ALockThatPromisesRecursionIsFoundOut) {
  StrategyEntry liar = *FindStrategy("rwlock");
  liar.info.reader_may_recurse = true;
  Expect("recursion", liar, Verdict::kBroken,
         "writer in klist_fini.. of A, asleep: waits for reader;"
         "reader holds a section of A and the object lock of B, in KNOTE.., "
         "wants a section of B, asleep: waits for writer;");
  Expect("recursion", *FindStrategy("rwlock"), Verdict::kAsDeclared);
  Expect("recursion", *FindStrategy("epoch"), Verdict::kKept);
}

TEST_F(TruthDeathTest, ALockThatPromisesEntryUnderALockIsFoundOut) {
  StrategyEntry liar = *FindStrategy("percpu_rwlock");
  liar.info.enter_under_spin_lock = true;
  Expect("spin_lock_entry", liar, Verdict::kBroken, "waits for interrupt;");
  Expect("spin_lock_entry", *FindStrategy("psref"), Verdict::kKept);
}

TEST_F(TruthDeathTest, NobodyWhoPromisesToBeSafeIsSo) {
  StrategyEntry liar = *FindStrategy("none");
  Expect("reader_inside", liar, Verdict::kAsDeclared);
  liar.info.safe = true;
  Expect("reader_inside", liar, Verdict::kBroken);
  Expect("blocking_f_event", liar, Verdict::kBroken);
  Expect("submit_section", liar, Verdict::kBroken);
}

TEST_F(TruthDeathTest, ASleepThatIsForbiddenIsSeen) {
  StrategyEntry strict = *FindStrategy("epoch");
  Expect("blocking_f_event", strict, Verdict::kKept);
  strict.info.reader_may_block = false;
  Expect("blocking_f_event", strict, Verdict::kAsDeclared);
}

TEST_F(TruthDeathTest, ControlsAreCaughtUnderEveryStrategy) {
  for (const char* strategy : {"none", "rwlock", "psref", "qsbr"}) {
    Expect("broken_contract", *FindStrategy(strategy), Verdict::kCaught);
    Expect("fini_under_lock", *FindStrategy(strategy), Verdict::kCaught,
           "waits for");
  }
}

TEST_F(TruthDeathTest, AMigrationThatIsForbiddenIsSeen) {
  StrategyEntry strict = *FindStrategy("epoch");
  const Testimony seen = Perform(Named("migration"), strict);
  if (seen.migrated == 0) GTEST_SKIP() << "needs two CPUs to move between";
  strict.info.reader_may_migrate = false;
  Expect("migration", strict, Verdict::kAsDeclared);
}

// Notes of what breaks no promise.
TEST(TruthNotes, SayWhomADetachStops) {
  for (const char* play : {"collateral_stall", "touch_during_fini"}) {
    EXPECT_EQ(Perform(Named(play), *FindStrategy("rwlock")).notes.size(), 1u);
    EXPECT_EQ(Perform(Named(play), *FindStrategy("epoch")).notes.size(), 0u);
  }
}

TEST(TruthNotes, SayThatAWriterWaitsForATick) {
  StrategyEntry late = *FindStrategy("epoch");
  told_lie = Lie::kReturnsLate;
  late.boot = BootLyingSystem;
  const Testimony seen = Perform(Named("wait_quantum"), late);
  EXPECT_EQ(seen.notes.size(), 1u);
  ASSERT_EQ(seen.figures.size(), 2u);
  EXPECT_GT(seen.figures[0].value, 2'000);
}

// Waits for everybody who is inside, whatever epoch he has noted.
template <class Env>
class PatientEpoch : public Epoch<Env> {
 public:
  using Epoch<Env>::Epoch;
  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(this->WaitForSectionsBefore(~uint64_t{0}));
  }
};

TEST(TruthWrongs, SayThatReadersStarveAGracePeriod) {
  const TruthWorkload& play = Named("busy_neighbours");
  const StrategyEntry patient = EntryOf<PatientEpoch<HwEnv>>();
  const Testimony seen = Perform(play, patient);
  EXPECT_EQ(Judge(play, patient.info, seen), Verdict::kBroken);
  ASSERT_EQ(seen.wrongs.size(), 1u);
  EXPECT_THAT(seen.wrongs[0], testing::HasSubstr("the last of 8"));
  for (const StrategyEntry& sound : Strategies()) {
    if (!sound.info.grace_period || sound.info.group != Group::kOwn) continue;
    EXPECT_EQ(Judge(play, sound.info, Perform(play, sound)), Verdict::kKept)
        << sound.info.name;
  }
}

// What a play looks for, planted into the system that it plays on.
class LieTest : public testing::TestWithParam<std::pair<const char*, Lie>> {};

TEST_P(LieTest, IsFoundOut) {
  const auto& [name, lie] = GetParam();
  const StrategyEntry& honest = *FindStrategy("epoch");
  StrategyEntry liar = honest;
  told_lie = lie;
  liar.boot = BootLyingSystem;
  const Testimony seen = Perform(Named(name), liar);
  EXPECT_EQ(Judge(Named(name), liar.info, seen), Verdict::kBroken);
  EXPECT_FALSE(seen.wrongs.empty());
  // Nor is one who plays after a liar taken for one.
  EXPECT_EQ(Judge(Named(name), honest.info, Perform(Named(name), honest)),
            Verdict::kKept);
}

INSTANTIATE_TEST_SUITE_P(
    Lies, LieTest,
    testing::Values(std::pair{"three_way_detach", Lie::kNeuteredTwice},
                    std::pair{"dying_submit", Lie::kEventFromNowhere},
                    std::pair{"timer_detach", Lie::kEventFromNowhere},
                    std::pair{"descriptor_reuse", Lie::kEventFromNowhere},
                    std::pair{"sleeper_not_woken", Lie::kEventFromNowhere},
                    std::pair{"scan_wakeup", Lie::kEventKeptBack},
                    std::pair{"nested_kqueues", Lie::kEventKeptBack},
                    std::pair{"touch_during_fini", Lie::kEventKeptBack},
                    std::pair{"late_attach", Lie::kErrorKeptBack},
                    std::pair{"filter_unload", Lie::kUnregistersInUse}),
    [](const auto& test) { return std::string(test.param.first); });

// What a play is played with: all that it declares, and nothing else.
ParameterValues Declared(const TruthWorkload& workload,
                         int64_t Parameter::*value) {
  ParameterValues values;
  for (const Parameter& parameter : workload.parameters)
    values.emplace(parameter.name, parameter.*value);
  return values;
}

TEST(TruthParameters, AreThoseThatThePlayDeclares) {
  for (const TruthWorkload& workload : TruthWorkloads()) {
    if (workload.control) continue;  // does not come to an end
    const Testimony seen = Perform(workload, *FindStrategy("epoch"));
    EXPECT_EQ(seen.parameters, Declared(workload, &Parameter::usual))
        << workload.name;
    EXPECT_FALSE(seen.parameters.empty()) << workload.name;
  }
}

TEST(TruthParameters, HaveRangesThatHoldTheirDefaults) {
  for (const TruthWorkload& workload : TruthWorkloads()) {
    for (const Parameter& parameter : workload.parameters) {
      EXPECT_LE(parameter.least, parameter.usual) << workload.name;
      EXPECT_GE(parameter.most, parameter.usual) << workload.name;
      EXPECT_LT(parameter.least, parameter.most) << workload.name;
      EXPECT_FALSE(parameter.unit.empty()) << workload.name;
      EXPECT_FALSE(parameter.summary.empty()) << workload.name;
    }
  }
}

TEST(TruthParameters, ThePlayGoesWellAtTheLeastOfThem) {
  const StrategyEntry& epoch = *FindStrategy("epoch");
  for (const TruthWorkload& workload : TruthWorkloads()) {
    if (workload.control) continue;
    const auto least = Declared(workload, &Parameter::least);
    const Testimony seen = Perform(workload, epoch, least);
    EXPECT_EQ(seen.parameters, least) << workload.name;
    EXPECT_EQ(Judge(workload, epoch.info, seen), Verdict::kKept)
        << workload.name << ": " << Failure(workload, epoch.info, seen);
  }
}

// A parameter that is read but changes nothing would pass the tests above.
TEST(TruthParameters, ChangeThePlay) {
  const StrategyEntry& epoch = *FindStrategy("epoch");
  const auto figure = [&](std::string_view play, ParameterValues values) {
    return Perform(Named(play), epoch, values).figures.at(0);
  };
  EXPECT_GE(figure("blocking_f_event", {{"sleep_ms", 90}}).value, 90);
  EXPECT_GE(figure("sleeper_not_woken", {{"timeout_ms", 200}}).value, 200);
  EXPECT_GE(Perform(Named("recursion"), epoch, {{"depth", 5}}).recursed, 5u);
  EXPECT_GE(Perform(Named("recursion"), epoch, {{"readers", 3}}).recursed, 3u);
  EXPECT_EQ(
      Perform(Named("wait_quantum"), epoch, {{"rounds", 2}}).figures.at(1).text,
      "the same, longest of 2");
}

TEST_F(TruthDeathTest, ADeeperRecursionDeadlocksAtItsFirstStep) {
  const auto play = [] {
    const StrategyEntry& rwlock = *FindStrategy("rwlock");
    const Testimony seen =
        Perform(Named("recursion"), rwlock, {{"depth", 4}, {"readers", 2}});
    std::_Exit(static_cast<int>(seen.ending));
  };
  EXPECT_EXIT(play(),
              testing::ExitedWithCode(static_cast<int>(Ending::kDeadlock)), "");
}

TEST(TruthWorkloads, SayWhatTheyExpectOfEachStrategy) {
  const TruthWorkload& recursion = Named("recursion");
  EXPECT_EQ(ExpectedOf(recursion, FindStrategy("epoch")->info), "kept");
  EXPECT_EQ(ExpectedOf(recursion, FindStrategy("rwlock")->info), "may fail");
  EXPECT_EQ(ExpectedOf(recursion, FindStrategy("none")->info), "may fail");
  EXPECT_EQ(ExpectedOf(Named("broken_contract"), FindStrategy("epoch")->info),
            "caught");
  for (const TruthWorkload& workload : TruthWorkloads()) {
    EXPECT_FALSE(workload.expected.empty()) << workload.name;
    EXPECT_EQ(workload.expected.back(), '.') << workload.name;
  }
  for (const Workload& workload : Workloads())
    EXPECT_EQ(workload.expected.empty(), false) << workload.name;
}

TEST(TruthWorkloads, SayWhatTheyAsk) {
  EXPECT_GE(TruthWorkloads().size(), 20u);
  for (const TruthWorkload& workload : TruthWorkloads()) {
    EXPECT_EQ(FindTruthWorkload(workload.name), &workload);
    EXPECT_FALSE(workload.summary.empty());
    EXPECT_EQ(
        workload.question.back() == '?' || workload.question.back() == ')',
        true);
  }
  EXPECT_EQ(FindTruthWorkload("no_such"), nullptr);
}

}  // namespace
}  // namespace knote::truth

// Every strategy under bounded exploration: the correct ones give no finding,
// the others do.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <algorithm>

#include "check/revision.h"
#include "check/schedule.h"
#include "check/verdict.h"
#include "knote/world.h"

namespace knotestat::check {
namespace {

// "rwlock:klist" as a test's name: rwlock_klist.
std::string NameOfCheck(const testing::TestParamInfo<const StrategyEntry*>& t) {
  std::string name = t.param->name;
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}

VerdictOptions Bounded() {
  VerdictOptions options;
  options.schedules = 1500;  // of each search
  options.seconds = 60;
  return options;
}

class StrategyCheck : public testing::TestWithParam<const StrategyEntry*> {};

TEST_P(StrategyCheck, KeepsItsPromiseInEveryProgram) {
  const StrategyEntry& strategy = *GetParam();
  Engine engine;
  int found = 0;
  for (const ProgramEntry& program : strategy.programs) {
    for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
      const Verdict verdict =
          Check(engine, strategy, program, model, Bounded());
      if (!strategy.safe) {
        found += static_cast<bool>(verdict.finding);
        continue;
      }
      EXPECT_FALSE(verdict.finding) << program.name << ", " << NameOf(model)
                                    << ": " << verdict.finding.text << "\n"
                                    << Tell(verdict.story) << verdict.replay;
    }
  }
  // `none` breaks nearly everywhere, a lost fence or wake-up here and there.
  EXPECT_GE(found, strategy.safe ? 0 : strategy.name == "none" ? 10 : 1);
}

INSTANTIATE_TEST_SUITE_P(Checked, StrategyCheck,
                         testing::ValuesIn(Strategies()), NameOfCheck);

// Every broken control of the registry is checked, and so found. (The planted
// ones are `none`, with a cost that is known.)
TEST(Controls, AreAllChecked) {
  int controls = 0;
  for (const knote::StrategyEntry& entry : knote::Strategies()) {
    if (entry.info.group != knote::Group::kControl ||
        entry.info.name.starts_with("planted_"))
      continue;
    ++controls;
    const StrategyEntry* checked = FindStrategy(entry.info.name);
    ASSERT_NE(checked, nullptr) << entry.info.name;
    EXPECT_FALSE(checked->safe) << entry.info.name;
  }
  EXPECT_EQ(controls, 6);
}

// So is every mechanism of our own, at every scope.
TEST(Own, AreAllChecked) {
  for (const knote::StrategyEntry& entry : knote::Strategies()) {
    if (entry.info.group != knote::Group::kOwn) continue;
    EXPECT_NE(FindStrategy(knote::StrategyTitle(entry.info)), nullptr)
        << knote::StrategyTitle(entry.info);
  }
}

const ProgramEntry& Program(std::string_view strategy,
                            std::string_view program) {
  return *FindProgram(*FindStrategy(strategy), program);
}

// What the checker found in the design that NetBSD shipped.
TEST(KnoteMutex, MustCountAnFDetachThatHasUnlinked) {
  Engine engine;
  for (const StrategyEntry* mutant : MutantStrategies()) {
    if (mutant->name != "knote_mutex-forgets-detach") continue;
    const Verdict verdict =
        Check(engine, *mutant, *FindProgram(*mutant, "close-linger"),
              Model::kTso, Bounded());
    EXPECT_EQ(verdict.finding.kind, FindingKind::kUseAfterFree);
    return;
  }
  FAIL() << "the mutant is gone";
}

// Small configurations are exhausted, not sampled.
TEST(Exhaustive, SmallProgramsAreComplete) {
  Engine engine;
  for (const char* strategy : {"epoch", "psref", "rwlock", "knote_mutex"}) {
    VerdictOptions options = Bounded();
    options.schedules = 100'000;
    for (const Model model : {Model::kTso, Model::kReleaseAcquire}) {
      const Verdict verdict = Check(engine, *FindStrategy(strategy),
                                    Program(strategy, "event"), model, options);
      EXPECT_TRUE(verdict.complete) << strategy << " " << NameOf(model);
    }
  }
}

TEST(Bounds, PreemptionBoundIsSaid) {
  Engine engine;
  VerdictOptions options = Bounded();
  options.schedules = 1'000'000;
  options.preemptions = 1;
  const Verdict verdict =
      Check(engine, *FindStrategy("epoch"), Program("epoch", "event"),
            Model::kTso, options);
  EXPECT_TRUE(verdict.complete);
  EXPECT_EQ(verdict.preemptions, 1);
}

class SeedTest : public testing::TestWithParam<Search> {};

TEST_P(SeedTest, SameSeedSameRun) {
  Engine engine;
  const auto run = [&](uint64_t seed) {
    VerdictOptions options = Bounded();
    options.search = GetParam();
    options.seed = seed;
    const Verdict verdict =
        Check(engine, *FindStrategy("none"), Program("none", "events-close"),
              Model::kTso, options);
    return std::tuple(verdict.schedules, verdict.steps, verdict.replay);
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_EQ(run(7), run(7));
}

INSTANTIATE_TEST_SUITE_P(Searches, SeedTest,
                         testing::Values(Search::kDepthFirst, Search::kPct,
                                         Search::kRandom),
                         [](const auto& test) {
                           return std::string(NameOf(test.param));
                         });

TEST(Schedules, AreReadAsTheyAreWritten) {
  Mutation mutation;
  mutation.kind = MutationKind::kDropFence;
  mutation.site.file = "/somewhere/epoch.h";
  mutation.site.line = 94;
  mutation.site.column = 7;
  const Schedule schedule("epoch", "event-close", Model::kReleaseAcquire,
                          0x1234abcd, {0, 0, 3, 1, 0, 12}, mutation);
  const std::string text = Write(schedule);
  EXPECT_EQ(text,
            "k2:" + std::string(Revision()) +
                ":epoch/event-close/ra:1234abcd:c3a1b12:fence@epoch.h,94,7");
  const auto read = ReadSchedule(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(Write(*read), text);
  EXPECT_EQ(read->choices, schedule.choices);
}

TEST(Schedules, BadOnesAreRefusedByName) {
  const auto scoped = ReadSchedule("k2:unknown:rwlock:klist/event/tso:1:-");
  ASSERT_TRUE(scoped.ok()) << scoped.status();
  EXPECT_EQ(scoped->strategy, "rwlock:klist");
  EXPECT_EQ(scoped->revision, "unknown");
  for (const char* text :
       {"", "k2", "k2:", "k2:a:", "k1:epoch/event/tso:0:-",
        "k2:epoch/event/tso:0:-", "k2::epoch/event/tso:0:-",
        "k2:a:epoch/event/tso:0", "k2:a:epoch/event:0:-",
        "k2:a:epoch/event/sc:0:-", "k2:a:e/e/ra:xyz:-", "k2:a:e/e/ra:0:1a",
        "k2:a:e/e/ra:0:a0", "k2:a:e/e/ra:0:a999", "k2:a:e/e/ra:0:zzzzzzzzz1",
        "k2:a:e/e/ra:0:-:fence@x.h", "k2:a:e/e/ra:0:-:fence@x.h,1",
        "k2:a:e/e/ra:0:-:nonsense@x.h,1,2"}) {
    const auto schedule = ReadSchedule(text);
    EXPECT_EQ(schedule.status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

// Which revision it is of, and which this is, and what to do.
TEST(Schedules, OfAnotherBuildAreSaidToBe) {
  const auto message = [](const std::string& revision) {
    Schedule schedule;
    schedule.revision = revision;
    return std::string(
        OfAnotherBuild(schedule, "x takes other steps here").message());
  };
  const std::string mine(Revision());
  EXPECT_EQ(message("0123456789ab"),
            "the schedule is of revision 0123456789ab, and this is " + mine +
                ": x takes other steps here. Replay it there, or check again "
                "to find the schedule of this build");
  EXPECT_NE(message(mine).find("of another build of revision " + mine),
            std::string::npos);
}

// A finding replays, is short, and tells what happened.
TEST(Schedules, AFindingReplays) {
  Engine engine;
  const Verdict verdict =
      Check(engine, *FindStrategy("none"), Program("none", "events-close"),
            Model::kTso, Bounded());
  ASSERT_TRUE(verdict.finding);
  EXPECT_LE(verdict.replay.size(), kMaxReplay);
  EXPECT_FALSE(verdict.story.empty());
}

}  // namespace
}  // namespace knotestat::check

// `knotestat check` as a user calls it: bounds that are reached are said,
// schedules of other builds are refused, plug-ins have their fences weakened.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class CheckTest : public CliTest {
 protected:
  // The example of the documentation, with `from` replaced by `to`, compiled
  // against the headers of the tree.
  std::string Plugin(const std::string& from = "", const std::string& to = "") {
    const std::string folder = KNOTESTAT_SOURCE_DIR "/docs/how-to/plugin/";
    std::string header = ReadAll(folder + "ticket_lock.h");
    EXPECT_THAT(header, HasSubstr(from));
    header.replace(header.find(from), from.size(), to);
    WriteAll(Path("ticket_lock.h"), header);
    WriteAll(Path("ticket_lock.cc"), ReadAll(folder + "ticket_lock.cc"));
    const Finished compiled =
        RunOther("g++", {"-std=gnu++20", "-O1", "-shared", "-fPIC", "-I",
                         KNOTESTAT_SOURCE_DIR, "-o", Path("plugin.so"),
                         Path("ticket_lock.cc")});
    EXPECT_EQ(compiled.code, 0) << compiled.err;
    return Path("plugin.so");
  }
};

TEST_F(CheckTest, SaysWhatItHasCovered) {
  const Finished all =
      RunProgram({"check", "--strategy", "epoch", "--program", "event"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("all schedules"));
  EXPECT_THAT(all.out, HasSubstr("0 with a finding, 2 complete;"));
  const Finished some =
      RunProgram({"check", "--strategy", "epoch", "--program", "events-close",
                  "--schedules", "100", "--model", "tso"});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.out, HasSubstr("0 with a finding, 1 sampled (stopped at"));
}

TEST_F(CheckTest, JsonHasTheMemory) {
  const Finished checked =
      RunProgram({"check", "--strategy", "epoch", "--program", "event",
                  "--memory", "8", "--json"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  const auto report = ParseJson(checked.out);
  EXPECT_EQ(report["memory"]["limit_bytes"], 8 << 20);
  EXPECT_GT(report["memory"]["peak_bytes"], 1 << 20);
  EXPECT_LE(report["memory"]["peak_bytes"], 8 << 20);
  EXPECT_EQ(report["checks"][0]["given_up"], 0);
}

// A strategy that needs more memory than it may have.
TEST_F(CheckTest, AMemoryBoundThatIsReachedIsSaid) {
  const std::string plugin =
      Plugin("explicit TicketLock(int /*cpus*/) {}",
             "struct Table : Env::Object { char bytes[10 << 20]; };\n"
             "  Table* table;\n"
             "  explicit TicketLock(int /*cpus*/) : table(new Table) {}\n"
             "  ~TicketLock() { delete table; }");
  const Arguments check = {"check", "--plugin", plugin, "--program", "event"};
  Arguments with_less = check;
  with_less.insert(with_less.end(), {"--memory", "8"});
  const Finished less = RunProgram(with_less);
  EXPECT_EQ(less.code, 1);
  EXPECT_THAT(less.out, HasSubstr("NOTHING COVERED: every schedule needs more "
                                  "than 8 MiB (--memory)"));
  EXPECT_THAT(less.out, HasSubstr("2 NOT COVERED"));
  const Finished enough = RunProgram(check);
  EXPECT_EQ(enough.code, 0) << enough.out << enough.err;
}

TEST_F(CheckTest, BadInputIsNamed) {
  const auto error = [](const Arguments& arguments) {
    Arguments all = {"check"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished checked = RunProgram(all);
    EXPECT_EQ(checked.code, 2) << checked.out;
    return checked.err;
  };
  EXPECT_THAT(error({"--strategy", "epch"}),
              HasSubstr("unknown strategy 'epch'; did you mean 'epoch'?"));
  EXPECT_THAT(error({"--program", "evnt"}), HasSubstr("did you mean 'event'?"));
  EXPECT_THAT(error({"--strategy", "rwlock", "--program", "nested"}),
              HasSubstr("rwlock has no program nested"));
  EXPECT_THAT(error({"--memory", "1"}), HasSubstr("--memory must be 4 to"));
  EXPECT_THAT(error({"--seconds", "0"}), HasSubstr("--seconds must be"));
  EXPECT_THAT(error({"--schedules", "0"}), HasSubstr("--schedules must be"));
  EXPECT_THAT(error({"--preemptions", "1", "--search", "pct"}),
              HasSubstr("leave one of them out"));
  EXPECT_THAT(error({"--replay", "k2:nonsense"}),
              HasSubstr("'k2:nonsense' is not a schedule"));
}

class ReplayTest : public CheckTest {
 protected:
  // What a finding prints after "replay: ".
  std::string Found(const Arguments& more) {
    Arguments all = {"check", "--model", "tso", "--program", "event"};
    all.insert(all.end(), more.begin(), more.end());
    const Finished checked = RunProgram(all);
    EXPECT_EQ(checked.code, 3) << checked.out << checked.err;
    const size_t begin = checked.out.find("replay: ") + 8;
    return checked.out.substr(begin, checked.out.find('\n', begin) - begin);
  }
};

TEST_F(ReplayTest, TellsTheSameAgain) {
  const std::string schedule = Found({"--strategy", "none"});
  EXPECT_LE(schedule.size(), 200u);
  EXPECT_THAT(schedule, ContainsRegex("^k2:[^:]+:none/event/tso:"));
  const Finished replayed = RunProgram({"check", "--replay", schedule});
  EXPECT_EQ(replayed.code, 3);
  EXPECT_THAT(replayed.out, HasSubstr("FOUND use after free"));
}

TEST_F(ReplayTest, OfAnotherBuildSaysOfWhich) {
  std::string schedule = Found({"--strategy", "none"});
  const size_t revision = schedule.find(':') + 1;
  const std::string mine =
      schedule.substr(revision, schedule.find(':', revision) - revision);
  schedule.replace(revision, mine.size(), "0123456789ab");
  // Another revision that takes the same steps is good enough.
  EXPECT_EQ(RunProgram({"check", "--replay", schedule}).code, 3);
  const size_t model = schedule.find("/tso");
  schedule.replace(model, 4, "/ra");
  const Finished refused = RunProgram({"check", "--replay", schedule});
  EXPECT_EQ(refused.code, 2) << refused.out;
  EXPECT_THAT(refused.err,
              HasSubstr("the schedule is of revision 0123456789ab, and this "
                        "is " +
                        mine + ": none/event takes other steps here"));
}

class PluginMutantsTest : public CheckTest {
 protected:
  Finished Mutants(const std::string& plugin, const Arguments& more = {}) {
    Arguments all = {"check",     "--plugin",  plugin,
                     "--mutants", "--seconds", "0.5"};
    all.insert(all.end(), more.begin(), more.end());
    return RunProgram(all);
  }
};

// Every operation of the example is needed, and nothing else is planted.
TEST_F(PluginMutantsTest, AllOfTheExampleAreFound) {
  const Finished hunted = Mutants(Plugin(), {"--json"});
  EXPECT_EQ(hunted.code, 0) << hunted.out << hunted.err;
  const auto mutants = ParseJson(hunted.out)["mutants"];
  EXPECT_EQ(mutants.size(), 5u);
  for (const auto& mutant : mutants) {
    EXPECT_THAT(mutant["name"].get<std::string>(), HasSubstr("ticket_lock.h:"));
    EXPECT_EQ(mutant["strategy"], "ticket_lock");
    EXPECT_TRUE(mutant["found"].get<bool>()) << mutant["name"];
    EXPECT_LE(mutant["replay"].get<std::string>().size(), 200u);
  }
}

// A replay string brings its fault along.
TEST_F(PluginMutantsTest, AFoundOneReplays) {
  const std::string plugin = Plugin();
  const Finished hunted = Mutants(plugin, {"--json"});
  const auto mutant = ParseJson(hunted.out)["mutants"][0];
  const std::string replay = mutant["replay"];
  const Finished again =
      RunProgram({"check", "--plugin", plugin, "--replay", replay, "--json"});
  EXPECT_EQ(again.code, 3) << again.err;
  EXPECT_EQ(ParseJson(again.out)["checks"][0]["finding"]["kind"],
            mutant["finding"]["kind"]);
  const Finished without = RunProgram({"check", "--replay", replay});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("a plug-in's needs its --plugin"));
}

// A fence before the release: either is enough, and the fence is stronger than
// it has to be.
TEST_F(PluginMutantsTest, WhatNothingNeedsIsSaid) {
  const Finished hunted = Mutants(Plugin(
      "now_serving_.store(", "Env::FullFence();\n    now_serving_.store("));
  EXPECT_EQ(hunted.code, 0) << hunted.err;
  EXPECT_THAT(hunted.out, ContainsRegex("fence: fence dropped +unneeded"));
  EXPECT_THAT(hunted.out, ContainsRegex("fence: seq_cst weakened +unneeded"));
  EXPECT_THAT(hunted.out, ContainsRegex("store: release dropped +unneeded"));
  EXPECT_THAT(hunted.out, HasSubstr("4 of 7 mutants found"));
  EXPECT_THAT(hunted.out, HasSubstr("3 not found in a plug-in: nothing that is "
                                    "explored needs what they weaken"));
}

// Faults would tell nothing.
TEST_F(PluginMutantsTest, OneThatIsWrongAsItIsIsRefused) {
  const Finished hunted = Mutants(Plugin("std::memory_order_release);  // T1",
                                         "std::memory_order_relaxed);  // T1"));
  EXPECT_EQ(hunted.code, 1) << hunted.out;
  EXPECT_THAT(hunted.err,
              HasSubstr("ticket_lock fails without a planted fault"));
  EXPECT_THAT(hunted.err, HasSubstr("check it without --mutants first"));
  EXPECT_THAT(hunted.out, Not(HasSubstr("found")));
}

}  // namespace
}  // namespace knotestat::cli

// `run` and `sweep` without eBPF: the JSON that others rely on, what is absent
// from it, exact detaches, the oracle, and where talk goes.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/run.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

const Arguments kShort = {"run", "--no-bpf", "--cpus", "1", "--json"};

Arguments With(const Arguments& more) {
  Arguments all = kShort;
  if (std::find(more.begin(), more.end(), "--seconds") == more.end())
    all.insert(all.end(), {"--seconds", "0.1"});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

json RunJson(const Arguments& more) {
  const Finished run = RunProgram(With(more));
  EXPECT_EQ(run.code, 0) << run.err;
  return ParseJson(run.out);
}

std::vector<std::string> KeysOf(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

using RunTest = CliTest;

TEST_F(RunTest, JsonHoldsToItsSchema) {
  const Finished run = RunProgram(With({"--workload", "mixed"}));
  ASSERT_EQ(run.code, 0) << run.err;
  if (RunOther("/usr/bin/python3", {"-c", "import jsonschema"}).code != 0)
    GTEST_SKIP() << "needs the Debian package python3-jsonschema";
  WriteAll(Path("figures.json"), run.out);
  const Finished checked = RunOther(
      "/usr/bin/python3",
      {"-c",
       "import json, sys, jsonschema\n"
       "schema, figures = [json.load(open(f)) for f in sys.argv[1:]]\n"
       "jsonschema.validate(figures, schema, jsonschema.Draft7Validator)\n",
       KNOTESTAT_SOURCE_DIR "/docs/reference/figures.schema.json",
       Path("figures.json")});
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST_F(RunTest, JsonHasWhatOthersRelyOn) {
  const json run = RunJson({"--workload", "mixed", "--strategy", "rwlock",
                            "--threads", "1", "--processes", "1"});
  EXPECT_EQ(run["schema"], record::kSchemaVersion);
  EXPECT_THAT(
      KeysOf(run["context"]),
      IsSupersetOf({"host", "kernel", "cpus", "timer_quantum_ns", "bpf"}));
  ASSERT_EQ(run["cells"].size(), 2u);
  const json cell = CellOf(run, "rwlock");
  EXPECT_THAT(KeysOf(cell),
              IsSupersetOf({"strategy", "scope", "workload", "cpus", "threads",
                            "processes", "paths", "klist_fini_ns", "bytes",
                            "certificate", "oracle"}));
  EXPECT_EQ(cell["workload"], "mixed");
  for (const char* path : {"scan", "submit", "register"}) {
    const json& figures = cell["paths"][path];
    for (const char* name : {"ns_per_op", "marginal_ns"})
      EXPECT_THAT(KeysOf(figures[name]), IsSupersetOf({"median", "lo", "hi"}))
          << path << " " << name;
    EXPECT_THAT(KeysOf(figures["sampled_ns"]),
                IsSupersetOf({"p50", "p90", "p99", "p999", "max", "count"}))
        << path;
  }
  EXPECT_THAT(KeysOf(cell["klist_fini_ns"]),
              IsSupersetOf({"p50", "p90", "p99", "p999", "max", "count",
                            "publish_p50", "wait_p50", "reclaim_p50"}));
  EXPECT_THAT(KeysOf(cell["bytes"]), IsSupersetOf({"per_knote", "per_klist",
                                                   "per_thread", "per_cpu"}));
  EXPECT_THAT(KeysOf(cell["certificate"]), Contains("involuntary_switches"));
  EXPECT_EQ(cell["oracle"]["violations"], 0);
}

TEST_F(RunTest, WhatWasNotMeasuredIsAbsentAndNever0) {
  const json run = RunJson({"--strategy", "epoch", "--detach-rate", "0"});
  EXPECT_EQ(run["context"]["bpf"], false);
  EXPECT_THAT(run["context"]["bpf_reason"].get<std::string>(),
              HasSubstr("--no-bpf"));
  for (const json& cell : run["cells"]) {
    EXPECT_FALSE(cell.contains("klist_fini_ns"));
    EXPECT_FALSE(cell["certificate"].contains("slowdown"));
    EXPECT_FALSE(cell["certificate"].contains("events_lost"));
    EXPECT_FALSE(cell["paths"].contains("scan"));
    for (const std::string& counter : KeysOf(cell["counters"]))
      EXPECT_THAT(counter, Not(testing::StartsWith("bpf."))) << counter;
  }
  // The floor has nothing that it could be marginal to.
  EXPECT_FALSE(CellOf(run, "none")["paths"]["submit"].contains("marginal_ns"));
  EXPECT_TRUE(CellOf(run, "epoch")["paths"]["submit"].contains("marginal_ns"));
  EXPECT_EQ(run.dump().find("null"), std::string::npos);
}

TEST_F(RunTest, TwentyThreeDetachesAreTwentyThree) {
  const json run = RunJson({"--detaches", "23"});
  ASSERT_EQ(run["cells"].size(), 6u);
  for (const json& cell : run["cells"])
    EXPECT_EQ(cell["klist_fini_ns"]["count"], 23) << cell["strategy"];
}

TEST_F(RunTest, TheLoadIsWhatWasAskedFor) {
  const json run = RunJson({"--strategy",
                            "epoch",
                            "--processes",
                            "2",
                            "--threads",
                            "3",
                            "--oversubscribe",
                            "--devices",
                            "9",
                            "--knotes-per-device",
                            "2",
                            "--hold-ns",
                            "1500",
                            "--hold",
                            "busy",
                            "--mix",
                            "scan=2,register",
                            "--detach-rate",
                            "50",
                            "--seed",
                            "18446744073709551615"});
  EXPECT_EQ(run["context"]["seed"], "18446744073709551615");
  const json cell = CellOf(run, "epoch");
  EXPECT_EQ(cell["processes"], 2);
  EXPECT_EQ(cell["threads"], 3);
  EXPECT_EQ(cell["parameters"]["devices"], 9);
  EXPECT_EQ(cell["parameters"]["knotes_per_device"], 2);
  EXPECT_EQ(cell["parameters"]["hold_ns"], 1500);
  EXPECT_EQ(cell["parameters"]["hold"], "busy");
  EXPECT_EQ(cell["parameters"]["detach_hz"], 50);
  EXPECT_EQ(cell["parameters"]["mix"], json({{"scan", 2}, {"register", 1}}));
  EXPECT_THAT(KeysOf(cell["paths"]),
              testing::UnorderedElementsAre("scan", "register"));
}

// The strategies of one run, at its default scope each unless others follow.
std::vector<std::string> StrategiesOf(const json& run) {
  std::vector<std::string> names;
  for (const json& cell : run["cells"]) names.push_back(cell["strategy"]);
  return names;
}

TEST_F(RunTest, SixStrategiesAreMeasuredUnlessOthersAreNamed) {
  const auto six = testing::UnorderedElementsAre(
      "none", "rwlock", "knote_mutex", "percpu_rwlock", "psref", "epoch");
  EXPECT_THAT(StrategiesOf(RunJson({})), six);
  EXPECT_THAT(StrategiesOf(RunJson({"--strategy", "default"})), six);
  EXPECT_THAT(StrategiesOf(RunJson({"--strategy", "bravo,default"})),
              testing::UnorderedElementsAre("none", "rwlock", "knote_mutex",
                                            "percpu_rwlock", "psref", "epoch",
                                            "bravo"));
}

TEST_F(RunTest, SetsAreOursThePeersAndAll) {
  const std::vector<std::string> ours =
      StrategiesOf(RunJson({"--strategy", "ours"}));
  const std::vector<std::string> peers =
      StrategiesOf(RunJson({"--strategy", "peers"}));
  EXPECT_THAT(ours, testing::Contains("hazard_pointer"));
  EXPECT_THAT(ours, testing::Not(testing::Contains("peer_std_shared_mutex")));
  EXPECT_THAT(peers, testing::Contains("peer_std_shared_mutex"));
  EXPECT_THAT(peers, testing::Contains("peer_urcu_memb"));
  EXPECT_THAT(peers, testing::Not(testing::Contains("epoch")));
  const std::vector<std::string> all =
      StrategiesOf(RunJson({"--strategy", "epoch,all"}));
  // `none` is in each of them.
  EXPECT_EQ(all.size(), ours.size() + peers.size() - 1);
  for (const std::string& name : all)
    EXPECT_NE(name.substr(0, 6), "busted") << name;
}

TEST_F(RunTest, TheFloorIsAlwaysThereAndCaught) {
  // Readers that sleep inside the driver while it detaches: nothing holds
  // `none` back from running its code, and that is its purpose.
  const json run = RunJson({"--workload", "sleeping_hold", "--detach-rate",
                            "500", "--seconds", "0.5"});
  for (const json& cell : run["cells"]) {
    if (cell["strategy"] == "none") {
      EXPECT_GT(cell["oracle"]["violations"], 0);
    } else {
      EXPECT_EQ(cell["oracle"]["violations"], 0) << cell["strategy"];
    }
  }
}

TEST_F(RunTest, ASweepHasACellForEachCombination) {
  const Finished sweep =
      RunProgram({"sweep", "--no-bpf", "--workloads", "submit,scan,submit",
                  "--strategy", "epoch", "--cpus", "1,2", "--oversubscribe",
                  "--seconds", "0.1", "--json"});
  ASSERT_EQ(sweep.code, 0) << sweep.err;
  std::vector<std::string> cells;
  const json figures = ParseJson(sweep.out);
  for (const json& cell : figures["cells"])
    cells.push_back(cell["strategy"].get<std::string>() + " " +
                    cell["workload"].get<std::string>() + " " +
                    cell["cpus"].dump());
  EXPECT_THAT(cells, testing::UnorderedElementsAre(
                         "none submit 1", "epoch submit 1", "none submit 2",
                         "epoch submit 2", "none scan 1", "epoch scan 1",
                         "none scan 2", "epoch scan 2"));
}

TEST_F(RunTest, AStrategyThatCannotRunTheLoadSaysWhy) {
  // Sleepers in f_event break no promise of the safe strategies; should one
  // refuse, it says why and has no figures.
  const json run =
      RunJson({"--workload", "sleeping_hold", "--strategy", "all"});
  for (const json& cell : run["cells"]) {
    if (!cell.contains("refused")) continue;
    EXPECT_NE(cell["refused"], "");
    EXPECT_TRUE(cell["paths"].empty());
  }
}

TEST_F(RunTest, TalkGoesToStandardErrorAndNoProgressWithoutATerminal) {
  const Finished run = RunProgram(With(
      {"--strategy", "epoch", "-o", Path("a.db"), "--html", Path("a.html")}));
  EXPECT_EQ(run.code, 0);
  ParseJson(run.out);
  EXPECT_THAT(run.err, HasSubstr(Path("a.db")));
  EXPECT_THAT(run.err, HasSubstr(Path("a.html")));
  EXPECT_THAT(run.err, Not(HasSubstr("\r")));
  EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ReadAll(Path("a.html")), HasSubstr("</html>"));
}

TEST_F(RunTest, TheTableHasNoColourWithoutATerminal) {
  const Finished run = RunProgram({"run", "--no-bpf", "--cpus", "1",
                                   "--seconds", "0.1", "--strategy", "epoch"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("epoch"));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
}

Finished RunOnTerminal(bool no_color) {
  return RunProgram({"run", "--no-bpf", "--cpus", "1", "--seconds", "0.5",
                     "--strategy", "epoch"},
                    {.before =
                         [no_color] {
                           setenv("TERM", "xterm", 1);
                           unsetenv("NO_COLOR");
                           if (no_color) setenv("NO_COLOR", "1", 1);
                         },
                     .terminal = true});
}

TEST_F(RunTest, ATerminalGetsProgressAndColour) {
  const Finished run = RunOnTerminal(false);
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr(" left "));
  EXPECT_THAT(run.out, HasSubstr("\x1b["));
  // The line is gone before the table begins.
  EXPECT_LT(run.out.rfind(" left "), run.out.rfind("\r\x1b[K"));
  EXPECT_THAT(run.out, testing::ContainsRegex("\x1b\\[[0-9;]*m"));
}

TEST_F(RunTest, NoColorIsHeeded) {
  const Finished run = RunOnTerminal(true);
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr(" left "));
  EXPECT_THAT(run.out, Not(testing::ContainsRegex("\x1b\\[[0-9;]*m")));
}

// rmlock's readers may not sleep.
const Arguments kForbidden = {"--workload", "sleeping_hold", "--strategy",
                              "rmlock,epoch"};

TEST_F(RunTest, AForbiddenLoadIsRefusedWithTheReason) {
  const Finished run = RunProgram(With(kForbidden));
  EXPECT_EQ(run.code, 0) << run.err;
  const json figures = ParseJson(run.out);
  const json refused = CellOf(figures, "rmlock");
  EXPECT_THAT(refused["refused"].get<std::string>(),
              HasSubstr("does not allow a reader to sleep"));
  EXPECT_TRUE(refused["paths"].empty());
  EXPECT_FALSE(CellOf(figures, "epoch")["paths"].empty());
}

TEST_F(RunTest, AnywayRunsItAndSaysThatAPromiseIsBroken) {
  Arguments arguments = With(kForbidden);
  arguments.push_back("--anyway");
  const Finished run = RunProgram(arguments);
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err,
              HasSubstr("rmlock was run under a load that it forbids"));
  const json figures = ParseJson(run.out);
  EXPECT_FALSE(CellOf(figures, "rmlock")["paths"].empty());
  EXPECT_EQ(CellOf(figures, "rmlock")["counters"]["forbidden_load"], 1);
  EXPECT_FALSE(CellOf(figures, "epoch")["counters"].contains("forbidden_load"));
}

}  // namespace
}  // namespace knotestat::cli

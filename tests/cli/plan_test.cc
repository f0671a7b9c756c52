// Plan files, --dry-run, and the lists that make a sweep.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class PlanTest : public CliTest {
 protected:
  // What a sweep by `plan` and `more` would measure.
  json DryRun(const json& plan, const Arguments& more = {}) {
    Arguments all = {"sweep", "--dry-run", "--json", "--plan",
                     Write(plan.dump())};
    all.insert(all.end(), more.begin(), more.end());
    const Finished run = RunProgram(all);
    EXPECT_EQ(run.code, 0) << run.err;
    return ParseJson(run.out);
  }

  std::string Write(const std::string& plan) {
    WriteAll(Path("plan.json"), plan);
    return Path("plan.json");
  }

  // What the program says about a bad plan.
  std::string Complaint(const std::string& plan) {
    const Finished run =
        RunProgram({"sweep", "--dry-run", "--plan", Write(plan)});
    EXPECT_EQ(run.code, 2) << plan;
    EXPECT_THAT(run.err, HasSubstr("plan.json")) << plan;
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    return run.err;
  }
};

TEST_F(PlanTest, MeasuresEveryCombination) {
  const json shown = DryRun({{"workloads", {"submit", "scan"}},
                             {"strategies", {"rwlock"}},
                             {"scopes", {"global", "knote"}},
                             {"cpus", {1}},
                             {"hold-ns", {0, 500}},
                             {"knotes-per-device", {1, 16}},
                             {"launches", 7}});
  EXPECT_EQ(shown["launches"], 7);
  std::vector<std::string> groups;
  for (const json& group : shown["groups"]) {
    const json& parameters = group["parameters"];
    groups.push_back(group["workload"].get<std::string>() + " " +
                     parameters["hold_ns"].dump() + " " +
                     parameters["knotes_per_device"].dump());
    ASSERT_EQ(group["cells"].size(), 3u);
    EXPECT_EQ(group["cells"][2]["strategy"], "rwlock");
    EXPECT_EQ(group["cells"][2]["scope"], "knote");
  }
  EXPECT_THAT(groups, ElementsAre("submit 0 1", "submit 500 1", "submit 0 16",
                                  "submit 500 16", "scan 0 1", "scan 500 1",
                                  "scan 0 16", "scan 500 16"));
}

TEST_F(PlanTest, WhatIsGivenTwiceIsMeasuredOnce) {
  const json shown = DryRun({{"workloads", {"submit", "submit"}},
                             {"cpus", {1}},
                             {"devices", {4, 4}},
                             {"hold-ns", {0, 0}},
                             {"detach-rate", {1, 1}}});
  EXPECT_EQ(shown["groups"].size(), 1u);
}

TEST_F(PlanTest, SetsAreMeasuredAtEachScope) {
  const json shown =
      DryRun({{"workloads", {"submit"}}, {"cpus", {1}}, {"scopes", {"klist"}}});
  std::vector<std::string> cells;
  for (const json& cell : shown["groups"][0]["cells"])
    cells.push_back(cell["strategy"].get<std::string>() + ":" +
                    cell["scope"].get<std::string>());
  EXPECT_THAT(cells,
              testing::IsSupersetOf(
                  {"rwlock:klist", "percpu_rwlock:klist", "psref:klist"}));
}

TEST_F(PlanTest, TooManyCombinationsAreRefused) {
  std::string values = "1";
  for (int i = 2; i <= 400; ++i) values += "," + std::to_string(i);
  const Finished run = RunProgram(
      {"run", "--dry-run", "--devices", values, "--hold-ns", values});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("at most 100000"));
}

TEST_F(PlanTest, TimeIsThatOfWhatIsMeasured) {
  const auto seconds = [&](const Arguments& more) {
    return DryRun({{"workloads", {"submit"}},
                   {"cpus", {1}},
                   {"seconds", 2},
                   {"strategies", {"epoch"}}},
                  more)["measuring_seconds"]
        .get<double>();
  };
  EXPECT_EQ(seconds({}), 4);
  EXPECT_EQ(seconds({"--detaches", "50", "--detach-rate", "10"}), 10);
  // rmlock forbids readers that sleep.
  EXPECT_EQ(seconds({"--strategy", "rmlock", "--hold", "sleeping", "--hold-ns",
                     "1000"}),
            2);
  const Finished text = RunProgram({"run", "--dry-run", "--precision", "1%",
                                    "--max-time", "30", "--cpus", "1"});
  EXPECT_THAT(text.out, HasSubstr("until --precision 1%"));
  EXPECT_THAT(text.out, HasSubstr("after 30 s"));
  EXPECT_THAT(text.out, HasSubstr("Not included: starting"));
}

TEST_F(PlanTest, ADryRunLooksAtTheFiles) {
  const std::string there = Write("{}");
  const Finished output = RunProgram({"run", "--dry-run", "-o", there});
  EXPECT_EQ(output.code, 1);
  EXPECT_THAT(output.err, HasSubstr("never overwritten"));
  const Finished page =
      RunProgram({"run", "--dry-run", "--html", Path("missing/x.html")});
  EXPECT_EQ(page.code, 1);
  EXPECT_EQ(RunProgram({"run", "--dry-run", "-o", Path("new.db")}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(Path("new.db")));
}

TEST_F(PlanTest, TheCommandLineWins) {
  const json shown =
      DryRun({{"workloads", {"scan"}}, {"seconds", 9}, {"no-bpf", true}},
             {"--workloads", "submit"});
  EXPECT_EQ(shown["plan"]["workloads"], json({"submit"}));
  EXPECT_EQ(shown["plan"]["seconds"], 9);
  EXPECT_EQ(shown["plan"]["no-bpf"], true);
}

TEST_F(PlanTest, APlanIsWhatItShows) {
  const json first = DryRun({{"workloads", {"submit"}},
                             {"strategies", {"ours"}},
                             {"cpus", "1"},
                             {"mix", {"scan=2", "submit"}},
                             {"detach-rate", {10, 0.5}},
                             {"precision", "1%"}});
  EXPECT_EQ(DryRun(first["plan"]), first);
}

TEST_F(PlanTest, HoldsToItsSchema) {
  if (RunOther("/usr/bin/python3", {"-c", "import jsonschema"}).code != 0)
    GTEST_SKIP() << "needs the Debian package python3-jsonschema";
  const auto accepts = [&](const json& plan) {
    return RunOther("/usr/bin/python3",
                    {"-c",
                     "import json, sys, jsonschema\n"
                     "s, p = [json.load(open(f)) for f in sys.argv[1:]]\n"
                     "jsonschema.validate(p, s, jsonschema.Draft7Validator)\n",
                     KNOTESTAT_SOURCE_DIR "/docs/reference/plan.schema.json",
                     Write(plan.dump())})
               .code == 0;
  };
  const json full =
      DryRun({{"cpus", "1"}, {"hold", "busy"}},
             {"--strategy",  "epoch",   "--threads",     "1",
              "--processes", "1",       "--devices",     "4",
              "--hold-ns",   "5",       "--detach-rate", "1",
              "--detaches",  "2",       "--seconds",     "1",
              "--launches",  "2",       "--precision",   "1%",
              "--max-time",  "5",       "--scopes",      "global",
              "--cpu-order", "scatter", "--anyway",      "--no-bpf"});
  EXPECT_TRUE(accepts(full["plan"]));
  EXPECT_FALSE(accepts({{"cpu", "1"}}));
  EXPECT_FALSE(accepts({{"launches", 0}}));
}

TEST_F(PlanTest, BadPlansNameTheKey) {
  EXPECT_THAT(Complaint(R"({"workload": ["submit"]})"),
              HasSubstr("did you mean 'workloads'"));
  EXPECT_THAT(Complaint(R"({"output": "x.db"})"), HasSubstr("'output'"));
  EXPECT_THAT(Complaint(R"({"launches": 0})"), HasSubstr("\"launches\""));
  EXPECT_THAT(Complaint(R"({"seconds": "soon"})"), HasSubstr("\"seconds\""));
  EXPECT_THAT(Complaint(R"({"seconds": {"each": 1}})"),
              HasSubstr("\"seconds\""));
  EXPECT_THAT(Complaint(R"({"hold-ns": []})"), HasSubstr("\"hold-ns\""));
  EXPECT_THAT(Complaint(R"({"no-bpf": 1})"), HasSubstr("true or false"));
  EXPECT_THAT(Complaint(R"({"hold": "bussy"})"), HasSubstr("busy"));
  EXPECT_THAT(Complaint(R"(["submit"])"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(Complaint(R"({"seconds": 1,)"), HasSubstr("is not JSON"));
  const Finished nowhere =
      RunProgram({"sweep", "--plan", Path("nowhere.json")});
  EXPECT_EQ(nowhere.code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere.json"));
  const Finished folder =
      RunProgram({"sweep", "--dry-run", "--plan", folder_.string()});
  EXPECT_EQ(folder.code, 1);
  EXPECT_THAT(folder.err, HasSubstr("not a folder"));
  EXPECT_THAT(Complaint(R"({"precision": ""})"), HasSubstr("empty"));
}

TEST_F(PlanTest, AKeyIsThereOnce) {
  EXPECT_THAT(Complaint(R"({"seconds": 1, "launches": 2, "seconds": 9})"),
              HasSubstr("'seconds' is there twice"));
  EXPECT_THAT(Complaint(R"({"seconds": {"a": 1, "a": 2}})"),
              HasSubstr("'a' is there twice"));
  EXPECT_THAT(Complaint(R"({"": 1, "": 2})"), HasSubstr("'' is there twice"));
}

TEST_F(PlanTest, NoElementOfAListIsEmpty) {
  EXPECT_THAT(Complaint(R"({"devices": "1,,2"})"),
              HasSubstr("\"devices\": '1,,2' has an empty element"));
  EXPECT_THAT(Complaint(R"({"workloads": ["submit", "scan,"]})"),
              HasSubstr("\"workloads\": 'scan,' has an empty element"));
}

TEST_F(PlanTest, ImpossibleCpusAndScopesAreRefused) {
  for (const auto& [option, value, says] :
       {std::tuple{"--cpus", "0", "not a number of CPUs"},
        {"--cpus", "100000", "there; give at most"},
        {"--cpu-order", "sideways", "compact, scatter, l3, siblings"},
        {"--scopes", "galaxy", "global, klist, knote"}}) {
    const Finished run = RunProgram({"sweep", "--dry-run", option, value});
    EXPECT_EQ(run.code, 2) << value;
    EXPECT_THAT(run.err, HasSubstr(says));
  }
  const Finished none = RunProgram(
      {"run", "--dry-run", "--strategy", "epoch", "--scopes", "knote"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("epoch has none of them"));
}

// A machine of two packages, two L3 caches each, two cores each, two threads.
class SyntheticPlanTest : public PlanTest {
 protected:
  void SetUp() override {
    setenv("HWLOC_SYNTHETIC", "pack:2 l3:2 core:2 pu:2", 1);
  }
  void TearDown() override { unsetenv("HWLOC_SYNTHETIC"); }

  json CpusOf(const std::string& order, const std::string& count) {
    return DryRun({{"workloads", "submit"}, {"cpus", count}},
                  {"--cpu-order", order})["groups"][0]["cpus"];
  }
};

TEST_F(SyntheticPlanTest, OrdersTakeTheCpusThatTheyName) {
  EXPECT_EQ(CpusOf("compact", "9"), json({0, 2, 4, 6, 8, 10, 12, 14, 1}));
  EXPECT_EQ(CpusOf("scatter", "5"), json({0, 8, 4, 12, 2}));
  EXPECT_EQ(CpusOf("l3", "4"), json({0, 4, 8, 12}));
  EXPECT_EQ(CpusOf("siblings", "5"), json({0, 1, 2, 3, 4}));
}

TEST_F(SyntheticPlanTest, AWorkloadOfOneProcessHasItsThreadsThere) {
  const auto threads = [&](const json& plan) {
    const json group = DryRun(plan)["groups"][0];
    return std::pair<int, int>(group["processes"], group["threads"]);
  };
  EXPECT_EQ(threads({{"workloads", "fd_lock_convoy"}, {"cpus", "8"}}),
            std::pair(1, 8));
  EXPECT_EQ(
      threads(
          {{"workloads", "fd_lock_convoy"}, {"cpus", "8"}, {"processes", 2}}),
      std::pair(2, 4));
  EXPECT_EQ(threads({{"workloads", "scan"}, {"cpus", "8"}}), std::pair(8, 1));
  EXPECT_EQ(threads({{"workloads", "oversubscribed"}, {"cpus", "8"}}),
            std::pair(32, 1));
}

TEST_F(SyntheticPlanTest, L3HasNoMoreThanItsCaches) {
  const Finished run =
      RunProgram({"sweep", "--dry-run", "--cpu-order", "l3", "--cpus", "5"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("5 CPUs asked for, 4 there"));
}

TEST_F(SyntheticPlanTest, WhatHwlocDoesNotUnderstandIsRefused) {
  setenv("HWLOC_SYNTHETIC", "garbage", 1);
  const Finished run = RunProgram({"sweep", "--dry-run"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("'garbage'"));
}

TEST_F(SyntheticPlanTest, NothingRunsOnCpusThatAreNotThere) {
  const Finished run =
      RunProgram({"run", "--seconds", "0.1", "-o", Path("run.db")});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("HWLOC_SYNTHETIC"));
  EXPECT_FALSE(std::filesystem::exists(Path("run.db")));
}

}  // namespace
}  // namespace knotestat::cli

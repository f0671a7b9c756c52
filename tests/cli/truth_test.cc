// `run` with truth workloads: what is kept, what deadlocks as declared, how it
// is told, and that nothing stays behind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

using TruthTest = CliTest;

Finished Play(const std::string& workload, const std::string& strategies,
              const Arguments& more = {}) {
  Arguments all = {"run",    "--no-bpf",   "--workload",
                   workload, "--strategy", strategies};
  all.insert(all.end(), more.begin(), more.end());
  return RunProgram(all);
}

TEST_F(TruthTest, ADeadlockIsToldWithItsChainAndTheRunGoesOn) {
  const Finished run = Play("recursion", "rwlock,epoch");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(
      run.out,
      AllOf(HasSubstr("  kept         epoch\n"),
            HasSubstr("  as declared 1 call after klist_fini(): none\n"),
            HasSubstr("  as declared deadlock: rwlock\n"
                      "              writer in klist_fini() of A, asleep: "
                      "waits for reader\n"
                      "              reader holds a section of A and the "
                      "object lock of B, in KNOTE(),\n"),
            HasSubstr("Every promise that was tested was kept.")));
}

TEST_F(TruthTest, JsonSaysTheSame) {
  const Finished run = Play("recursion", "rwlock", {"--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  const json plays = ParseJson(run.out).at("truth");
  ASSERT_EQ(plays.size(), 2u);  // `none` is always there
  const json& rwlock = plays[1];
  EXPECT_EQ(rwlock.at("strategy"), "rwlock");
  EXPECT_EQ(rwlock.at("verdict"), "as declared");
  EXPECT_EQ(rwlock.at("ending"), "deadlock");
  EXPECT_EQ(rwlock.at("difference"), false);
  EXPECT_EQ(rwlock.at("wait_chain").at("cycle"), true);
  EXPECT_EQ(rwlock.at("wait_chain").at("waits").at(0).at("waits_for"),
            "reader");
}

TEST_F(TruthTest, AResultFileHoldsWhatWasSeenAndReportsTellIt) {
  const std::string file = Path("truth.db"), page = Path("truth.html");
  const Finished run =
      Play("recursion", "rwlock,epoch", {"-o", file, "--html", page});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("result file: " + file));
  EXPECT_EQ(Query(file, "SELECT count(*) FROM truths"), 3);
  EXPECT_EQ(Query(file, "SELECT finished FROM context"), 1);
  EXPECT_THAT(ReadAll(page), HasSubstr("</html>"));
  const Finished text = RunProgram({"report", file});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr(run.out));  // word for word
  const json figures = ParseJson(RunProgram({"report", file, "--json"}).out);
  ASSERT_EQ(figures.at("truth").size(), 3u);
  EXPECT_EQ(figures.at("truth").at(1).at("strategy"), "rwlock");
  EXPECT_EQ(figures.at("truth").at(1).at("ending"), "deadlock");
  EXPECT_EQ(figures.at("truth").at(1).at("parameters").at("depth"), 1);
}

TEST_F(TruthTest, AKilledRunKeepsThePlaysThatHadEnded) {
  const std::string file = Path("truth.db");
  Program run({"run", "--no-bpf", "--workload", "truth", "--strategy", "epoch",
               "-o", file});
  while (!std::filesystem::exists(file) ||
         !RunProgram({"report", file}).out.ends_with("was kept.\n"))
    usleep(50'000);
  run.Signal(SIGKILL);
  run.Wait();
  const Finished report = RunProgram({"report", file, "--json"});
  EXPECT_EQ(report.code, 0) << report.err;
  const json figures = ParseJson(report.out);
  EXPECT_EQ(figures.at("finished"), false);
  EXPECT_GE(figures.at("truth").size(), 1u);
}

TEST_F(TruthTest, WhatNeedsFiguresSaysSoInOneSentence) {
  const std::string file = Path("truth.db"), other = Path("other.db"),
                    both = Path("both.db");
  ASSERT_EQ(Play("reader_inside", "epoch", {"-o", file}).code, 0);
  for (const Arguments& arguments :
       {Arguments{"compare", file, file}, Arguments{"compare", "--self", file},
        Arguments{"choose", file}, Arguments{"report", file, "--csv"}}) {
    const Finished refused = RunProgram(arguments);
    EXPECT_EQ(refused.code, 1) << arguments[0];
    EXPECT_THAT(refused.err, HasSubstr("truth workloads alone"));
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
  }
  MakeResult("other.db", {"--strategy", "epoch"});
  ASSERT_EQ(RunProgram({"merge", file, other, "-o", both}).code, 0);
  const json figures = ParseJson(RunProgram({"report", both, "--json"}).out);
  EXPECT_EQ(figures.at("truth").size(), 2u);
  EXPECT_EQ(figures.at("cells").size(), 2u);
}

TEST_F(TruthTest, ParametersAreSetAndShown) {
  const Finished run =
      Play("recursion", "epoch", {"--param", "depth=3,readers=2"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out,
              HasSubstr("  parameters: {\"depth\":3,\"readers\":2}\n"));
  const json list = ParseJson(RunProgram({"list", "workloads", "--json"}).out);
  const json& plays = list.at("truth_workloads");
  const auto recursion = std::find_if(
      plays.begin(), plays.end(),
      [](const json& play) { return play.at("name") == "recursion"; });
  ASSERT_NE(recursion, plays.end());
  EXPECT_EQ(recursion->at("parameters").at(0).at("name"), "depth");
  EXPECT_EQ(recursion->at("expected_of").at("epoch"), "kept");
  EXPECT_EQ(recursion->at("expected_of").at("rwlock"), "may fail");
}

TEST_F(TruthTest, ParametersThatMakeNoSenseAreOneSentence) {
  for (const auto& [parameter, why] :
       std::vector<std::pair<std::string, std::string>>{
           {"depth", "expected NAME=VALUE"},
           {"depth=x", "expected NAME=VALUE"},
           {"=1", "expected NAME=VALUE"},
           {"depth=0", "recursion takes 1 to 24 devices"},
           {"depth=25", "recursion takes 1 to 24 devices"},
           {"depth=99999999999999999999", "expected NAME=VALUE"},
           {"dept=2", "did you mean 'depth'"},
           {"depth=1,depth=2", "given twice"}}) {
    const Finished run = Play("recursion", "epoch", {"--param", parameter});
    EXPECT_EQ(run.code, 2) << parameter;
    EXPECT_THAT(run.err, HasSubstr(why));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
  const Finished measured = Play("submit", "epoch", {"--param", "depth=1"});
  EXPECT_EQ(measured.code, 2);
  EXPECT_THAT(measured.err, HasSubstr("--param means nothing to submit"));
}

TEST_F(TruthTest, OptionsOfMeasuringAreRefused) {
  const Finished run = Play("recursion", "epoch", {"--seconds", "1"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--seconds means nothing to recursion"));
}

TEST_F(TruthTest, AMisspeltNameFindsTheNearest) {
  const Finished run = Play("recursoin", "epoch");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean 'recursion'"));
}

TEST_F(TruthTest, SweepsMeasureAndSaySo) {
  const Finished run =
      RunProgram({"sweep", "--no-bpf", "--workloads", "recursion"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("knotestat run --workload recursion"));
}

TEST_F(TruthTest, PerformIsNotForUsers) {
  const Finished run = RunProgram({"perform", "0"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("use run"));
}

}  // namespace
}  // namespace knotestat::cli

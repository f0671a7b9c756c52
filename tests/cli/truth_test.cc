// `run` with truth workloads: what is kept, what deadlocks as declared, how it
// is told, and that nothing stays behind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

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

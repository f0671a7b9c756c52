// `knotestat bench`: one run of all strategies and peers, with ratios.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <set>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;

using BenchTest = CliTest;

TEST_F(BenchTest, ShowsEveryStrategyWithItsRatioAndTheFileShowsTheSame) {
  const std::string file = Path("bench.db");
  const Finished run = RunProgram(
      {"bench", "--no-bpf", "--cpus", "1", "--seconds", "1", "--strategy",
       "epoch,peer_pthread_rwlock,peer_urcu_memb", "-o", file, "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  // What the machine kept from being steady is not ranked, and has no ratio.
  std::set<std::string> strategies, ranked, with_ratio;
  const auto shown = ParseJson(run.out);
  for (const auto& entry : shown["bench"]) {
    if (entry["figure"] != "submit") continue;
    strategies.insert(entry["strategy"]);
    if (!entry.contains("not_ranked")) ranked.insert(entry["strategy"]);
    if (entry.contains("ratio")) with_ratio.insert(entry["strategy"]);
  }
  EXPECT_TRUE(strategies.contains("epoch"));
  EXPECT_TRUE(strategies.contains("peer_pthread_rwlock"));
  EXPECT_FALSE(strategies.contains("none"));
  const bool has_base = !with_ratio.empty();
  if (has_base) {  // then all but the best peer have a ratio
    EXPECT_EQ(ranked.size(), with_ratio.size() + 1);
  }
  EXPECT_EQ(RunProgram({"bench", file, "--json"}).out, run.out);
  EXPECT_THAT(RunProgram({"bench", file}).out,
              HasSubstr(has_base ? "submit, 1 CPU; best peer: peer_"
                                 : "submit, 1 CPU\n"));
}

TEST_F(BenchTest, WithoutPeersThereIsNoRatio) {
  const Finished run = RunProgram({"bench", "--no-bpf", "--cpus", "1",
                                   "--seconds", "0.2", "--strategy", "epoch"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("epoch"));
  EXPECT_THAT(run.out, testing::Not(HasSubstr("best peer:")));
}

TEST_F(BenchTest, AFileThatIsNoResultIsNamed) {
  WriteAll(Path("text"), "not a database");
  const Finished shown = RunProgram({"bench", Path("text")});
  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.err, HasSubstr("text"));
}

}  // namespace
}  // namespace knotestat::cli

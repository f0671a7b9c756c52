// `compare` on results whose difference is known, because it was planted.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "absl/strings/match.h"
#include "record/store.h"
#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// What an operation of a made-up result costs.
struct Costs {
  double floor_ns = 10;
  double strategy_ns = 50;
  double noise = 0.002;  // of it, alternating over the rounds
  int rounds = 60;
  const char* workload = "submit";
};

class CompareTest : public CliTest {
 protected:
  // Two cells, `none` and rwlock, written as a run writes them.
  std::string Make(const std::string& name, const Costs& costs) {
    record::Context context;
    context.host = "buron";
    context.cpus = 1;
    context.timer_quantum_ns = 1;
    auto writer = record::Writer::Create(Path(name), context);
    EXPECT_TRUE(writer.ok()) << writer.status();
    record::Batch batch;
    for (int id = 1; id <= 2; ++id) {
      record::Cell cell;
      cell.id = id;
      cell.strategy = id == 1 ? "none" : "rwlock";
      cell.group = "own";
      cell.scope = "global";
      cell.workload = costs.workload;
      cell.cpus = cell.threads = cell.processes = 1;
      cell.cpu_list = "0";
      cell.parameters = R"({"devices":4})";
      cell.submit_protection = "section";
      EXPECT_TRUE((*writer)->AddCell(cell).ok());
      AppendRounds(id, id == 1 ? costs.floor_ns : costs.strategy_ns, costs,
                   batch);
    }
    EXPECT_TRUE((*writer)->Commit(batch).ok());
    EXPECT_TRUE((*writer)->Finish().ok());
    return Path(name);
  }

  static Finished Compare(const std::string& before, const std::string& after) {
    return RunProgram({"compare", before, after, "--fail-if-worse"});
  }

 private:
  static void AppendRounds(int cell, double ns, const Costs& costs,
                           record::Batch& batch) {
    constexpr uint64_t kOperations = 10'000;
    for (int round = 0; round < costs.rounds; ++round) {
      // The cells' patterns differ, or the noise would cancel out.
      const double sign = (round / cell) % 2 == 0 ? 1 : -1;
      batch.blocks.push_back(
          {.cell = cell,
           .round = round,
           .kind = record::BlockKind::kMean,
           .path = "submit",
           .thread = 0,
           .operations = kOperations,
           .elapsed_ns = ns * (1 + sign * costs.noise) * kOperations});
    }
  }
};

TEST_F(CompareTest, AFileIsTheSameAsItself) {
  const std::string run = Make("a.db", {});
  const Finished compared = Compare(run, run);
  EXPECT_EQ(compared.code, 0) << compared.out << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("same"));
  EXPECT_THAT(compared.out, Not(HasSubstr("worse")));
}

TEST_F(CompareTest, NoiseIsNotCalledTheSame) {
  // So noisy that a change of several per cent could hide in it: nothing is
  // worse, but nobody can tell either.
  const std::string run = Make("a.db", {.noise = 0.4, .rounds = 12});
  const Finished compared = Compare(run, run);
  EXPECT_EQ(compared.code, 5) << compared.out << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("can't tell"));
  EXPECT_EQ(RunProgram({"compare", run, run}).code, 0);
}

TEST_F(CompareTest, APlantedSlowdownIsFound) {
  const std::string before = Make("a.db", {});
  const std::string after = Make("b.db", {.strategy_ns = 60});  // 20 % more
  const Finished compared = Compare(before, after);
  EXPECT_EQ(compared.code, 3) << compared.out << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("worse"));
  EXPECT_THAT(compared.out, HasSubstr("rwlock"));
  // The other way round it is an improvement.
  const Finished reversed = Compare(after, before);
  EXPECT_EQ(reversed.code, 0) << reversed.out;
  EXPECT_THAT(reversed.out, HasSubstr("better"));
  // Without the option the difference is shown all the same.
  const Finished shown = RunProgram({"compare", before, after, "--json"});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(ParseJson(shown.out).dump(), HasSubstr("\"worse\""));
}

TEST_F(CompareTest, AGateHoldsUpToItsLimit) {
  const std::string before = Make("a.db", {});
  const std::string after = Make("b.db", {.strategy_ns = 60});
  const auto code = [&](const std::string& from, const std::string& to,
                        const std::string& conditions) {
    return RunProgram({"compare", from, to, "--fail-if", conditions}).code;
  };
  // What rwlock adds to the floor went from 40 to 50 ns: 25 %.
  EXPECT_EQ(code(before, after, "worse>5ns"), 3);
  EXPECT_EQ(code(before, after, "worse>20%"), 3);
  EXPECT_EQ(code(before, after, "worse>15ns"), 0);
  EXPECT_EQ(code(before, after, "worse>30%"), 0);
  EXPECT_EQ(code(before, after, "worse>15ns,different"), 3);
  EXPECT_EQ(code(after, before, "worse"), 0);
  EXPECT_EQ(code(after, before, "different"), 3);
  EXPECT_EQ(code(before, before, "worse,different,missing,other-machine"), 0);
}

TEST_F(CompareTest, AGateNamesTheConditionThatItDoesNotKnow) {
  const std::string run = Make("a.db", {});
  for (const char* condition : {"wrose", "worse>", "worse>2", "missing>2%"}) {
    const Finished refused =
        RunProgram({"compare", run, run, "--fail-if", condition});
    EXPECT_EQ(refused.code, 2) << condition;
    EXPECT_THAT(refused.err, HasSubstr(condition));
  }
}

TEST_F(CompareTest, ASlowerMachineIsNotASlowerStrategy) {
  // Floor and strategy cost 10 ns more: what the strategy adds is the same.
  const Finished compared = Compare(
      Make("a.db", {}), Make("b.db", {.floor_ns = 20, .strategy_ns = 60}));
  EXPECT_NE(compared.code, 3) << compared.out;
  EXPECT_THAT(compared.out, HasSubstr("the machine itself changed"));
}

TEST_F(CompareTest, ARealRunAndItsSlowedCopy) {
  const std::string before = MakeResult("a.db", {"--strategy", "rwlock"});
  const Finished itself = Compare(before, before);
  EXPECT_THAT(itself.code, testing::AnyOf(0, 5)) << itself.out;
  EXPECT_THAT(itself.out, Not(HasSubstr("worse")));
  if (absl::StrContains(itself.err, "marginal_ns of submit of rwlock"))
    GTEST_SKIP() << "the machine was not steady: " << itself.err;
  // So much slower that no noise of the machine can hide it.
  const std::string after = Path("b.db");
  std::filesystem::copy_file(before, after);
  Query(after,
        "UPDATE blocks SET elapsed_ns = elapsed_ns * 20 WHERE kind = 'mean' "
        "AND cell = (SELECT id FROM cells WHERE strategy = 'rwlock')");
  const Finished compared = Compare(before, after);
  EXPECT_EQ(compared.code, 3) << compared.out << compared.err;
}

TEST_F(CompareTest, NothingInCommonIsAnError) {
  const Finished compared =
      Compare(Make("a.db", {}), Make("b.db", {.workload = "scan"}));
  EXPECT_EQ(compared.code, 1);
  EXPECT_THAT(compared.err, HasSubstr("no cell in common"));
  EXPECT_THAT(compared.out, HasSubstr("only before"));
}

}  // namespace
}  // namespace knotestat::cli

// Requirements filter, the front is what it should be, and every strategy gets
// its sentence.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/choose.h"

#include <gmock/gmock.h>

#include "analysis/figures.h"
#include "tests/analysis/synthetic.h"

namespace knotestat::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ChooseTest : public testing::Test {
 protected:
  // One strategy for each kind of verdict, under 2 CPUs.
  ChooseTest() : synthetic_(3, {.detaches_per_round = 20, .noise = 0.002}) {
    synthetic_.Add({.strategy = "none"});
    synthetic_.Add({.strategy = "epoch",
                    .marginal_ns = 1.2,
                    .klist_fini_ns = 20'000,
                    .bytes = {0, 0, 64, 0}});
    synthetic_.Add({.strategy = "knote_mutex",
                    .marginal_ns = 9,
                    .klist_fini_ns = 2'000,
                    .bytes = {8, 0, 0, 0}});
    synthetic_.Add({.strategy = "rwlock",
                    .marginal_ns = 36,
                    .klist_fini_ns = 20'000,
                    .bytes = {0, 0, 64, 64}});
  }

  std::vector<Choice> ChooseNow() {
    return Choose(run(), Analyze(run()), requirements_);
  }

  // The only choice.
  Choice OneChoice() {
    auto choices = ChooseNow();
    EXPECT_EQ(choices.size(), 1u);
    return choices.empty() ? Choice() : choices[0];
  }

  const Verdict& VerdictOn(const std::string& strategy) {
    choice_ = OneChoice();
    for (const Verdict& verdict : choice_.decision.verdicts) {
      if (verdict.strategy == strategy) return verdict;
    }
    ADD_FAILURE() << "no verdict on " << strategy;
    static const Verdict none;
    return none;
  }

  record::Run& run() { return synthetic_.run(); }
  record::Cell& cell(const std::string& strategy) {
    for (record::Cell& cell : run().cells) {
      if (cell.strategy == strategy) return cell;
    }
    abort();
  }

  SyntheticRun synthetic_;
  Requirements requirements_;
  Choice choice_;
};

TEST_F(ChooseTest, RecommendsTheLowestReaderCost) {
  const Choice choice = OneChoice();
  EXPECT_EQ(choice.headline, "epoch, for submit at 2 CPUs");
  EXPECT_EQ(choice.decision.path, "submit");
  EXPECT_TRUE(choice.decision.marginal);
  std::vector<std::string> order;
  for (const Verdict& verdict : choice.decision.verdicts) {
    order.push_back(verdict.strategy + " " + NameOf(verdict.ruling));
  }
  EXPECT_THAT(order, ElementsAre("epoch recommended", "knote_mutex front",
                                 "rwlock rejected", "none not ranked"));
}

TEST_F(ChooseTest, GivesEveryReasonWithFigures) {
  EXPECT_THAT(VerdictOn("epoch").reason, StartsWith("lowest reader cost: 1."));
  EXPECT_THAT(VerdictOn("rwlock").reason,
              testing::MatchesRegex(
                  "3[0-9]\\.[0-9] ns per submit against 1\\.[0-9]+ ns of "
                  "epoch, 256 B against 128 B, and no better in klist_fini"));
  EXPECT_THAT(VerdictOn("knote_mutex").reason,
              StartsWith("against epoch better in klist_fini (p99 "));
  EXPECT_THAT(VerdictOn("knote_mutex").reason, HasSubstr("worse in"));
  EXPECT_THAT(VerdictOn("none").reason, HasSubstr("floor"));
}

TEST_F(ChooseTest, WeighsBytesOfTheWholeLoad) {
  // 4 devices, 8 knotes on each, 2 threads, 2 CPUs.
  cell("epoch").bytes = {1, 100, 1000, 10'000};
  EXPECT_EQ(VerdictOn("epoch").bytes, 32 + 400 + 2000 + 20'000);
}

TEST_F(ChooseTest, RequirementsComeFirst) {
  cell("epoch").promises.reader_may_block = false;
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRecommended);
  requirements_.reader_may_block = true;
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRejected);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("may not block"));
  EXPECT_EQ(VerdictOn("knote_mutex").ruling, Ruling::kRecommended);

  requirements_.max_bytes_per_knote = 4;
  EXPECT_THAT(VerdictOn("knote_mutex").reason, HasSubstr("8 B per knote"));
  EXPECT_EQ(VerdictOn("rwlock").ruling, Ruling::kRecommended);

  cell("rwlock").promises.reader_may_recurse = false;
  requirements_.reader_may_recurse = true;
  EXPECT_THAT(VerdictOn("rwlock").reason, HasSubstr("recurse"));
  cell("rwlock").promises = {.safe = true, .writer_waits_for = ""};
  requirements_ = {
      .enter_under_spin_lock = true, .max_bytes_per_knote = {}, .path = ""};
  EXPECT_THAT(VerdictOn("rwlock").reason, HasSubstr("spin lock"));
  requirements_ = {
      .covers_submit = true, .max_bytes_per_knote = {}, .path = ""};
  EXPECT_THAT(VerdictOn("rwlock").reason, HasSubstr("knote()"));
}

TEST_F(ChooseTest, SaysHowFirmItIs) {
  const Decision firm = OneChoice().decision;
  EXPECT_GE(*firm.probability, 0.99);
  EXPECT_THAT(firm.confidence, HasSubstr("holds in 100 % of resamplings"));
  // Two of the same cost: neither can be firm.
  synthetic_.Add({.strategy = "twin",
                  .marginal_ns = 1.2,
                  .klist_fini_ns = 20'000,
                  .bytes = {0, 0, 64, 0}});
  EXPECT_LT(*OneChoice().decision.probability, 0.98);
}

TEST_F(ChooseTest, KnowsWhereTheAnswerChanges) {
  const Decision decision = OneChoice().decision;
  ASSERT_EQ(decision.turning_points.size(), 1u);
  const TurningPoint& point = decision.turning_points[0];
  EXPECT_EQ(point.strategy, "knote_mutex");
  EXPECT_EQ(point.kind, TurningPoint::Kind::kFewerReads);
  // p99 of both is 1.6 times its median: 18,000 * 1.6 / (9 - 1.2).
  EXPECT_NEAR(point.at, 3700, 800);
  requirements_.reads_per_detach = point.at * 0.8;
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "knote_mutex");
  requirements_.reads_per_detach = point.at * 1.2;
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "epoch");
}

TEST_F(ChooseTest, SaysForHowManyReadsItTakesTheLeastTime) {
  requirements_.reads_per_detach = 1'000'000;
  EXPECT_THAT(VerdictOn("epoch").reason,
              StartsWith("least time for 1000000 reads and one detach: "));
  requirements_.reads_per_detach = 0.5;
  EXPECT_THAT(VerdictOn("knote_mutex").reason,
              StartsWith("least time for 0.5 reads and one detach: "));
}

TEST_F(ChooseTest, WeighsAsItIsTold) {
  requirements_.weights = {.klist_fini = 1};
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "knote_mutex");
  EXPECT_THAT(VerdictOn("knote_mutex").reason, HasSubstr("given weights"));
  requirements_.weights = {.reader = 1};
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "epoch");
}

TEST_F(ChooseTest, KeepsToTheBudget) {
  requirements_.max_klist_fini_ns = 10'000;
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRejected);
  EXPECT_THAT(VerdictOn("epoch").reason,
              HasSubstr("over the budget of 10.0 us"));
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "knote_mutex");
  requirements_.max_reader_ns = 5;
  EXPECT_EQ(OneChoice().decision.recommended(), nullptr);
  requirements_ = Requirements();
  requirements_.max_bytes = 100;
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("128 B, over the budget"));
}

TEST_F(ChooseTest, SumsAMix) {
  synthetic_.Add({.strategy = "none", .path = "scan", .workload = "scan"});
  synthetic_.Add({.strategy = "epoch",
                  .marginal_ns = 30,
                  .path = "scan",
                  .workload = "scan"});
  synthetic_.Add({.strategy = "knote_mutex",
                  .marginal_ns = 3,
                  .path = "scan",
                  .workload = "scan"});
  requirements_.mix = {{"submit", 3}, {"scan", 1}};
  const Choice choice = OneChoice();
  EXPECT_EQ(choice.decision.path, "mix");
  const Verdict& epoch = VerdictOn("epoch");
  EXPECT_NEAR(epoch.reader_ns->median, (3 * 1.2 + 30) / 4, 0.3);
  EXPECT_LE(epoch.reader_ns->lo, epoch.reader_ns->median);
  EXPECT_NEAR(VerdictOn("knote_mutex").reader_ns->median, (3 * 9 + 3) / 4.0,
              0.3);
  EXPECT_THAT(VerdictOn("rwlock").reason, HasSubstr("the path scan was not"));
}

TEST_F(ChooseTest, TakesNothingThatIsOutOfQuestionInAPartOfTheMix) {
  for (const char* strategy : {"none", "epoch", "knote_mutex"})
    synthetic_.Add({.strategy = strategy, .path = "scan", .workload = "scan"});
  const int scan_by_epoch = run().cells[run().cells.size() - 2].id;
  requirements_.mix = {{"submit", 3}, {"scan", 1}};
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "epoch");
  run().rows.counters.push_back({scan_by_epoch, "oracle_violations", 7});
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRejected);
  EXPECT_THAT(VerdictOn("epoch").reason,
              testing::EndsWith("caught 7 uses of a driver after its "
                                "klist_fini(), under scan at 2 CPUs"));
}

TEST_F(ChooseTest, DecidesAtTheCpusAskedFor) {
  synthetic_.Add({.strategy = "none", .cpus = 1});
  synthetic_.Add({.strategy = "rwlock", .marginal_ns = 0.5, .cpus = 1});
  requirements_.cpus = 1;
  EXPECT_EQ(OneChoice().headline, "rwlock, for submit at 1 CPU");
  requirements_.cpus = 7;
  EXPECT_TRUE(ChooseNow().empty());
}

TEST_F(ChooseTest, NamesWhatTellsTheLoadsOfAWorkloadApart) {
  synthetic_.Add({.strategy = "none"}).parameters =
      R"({"hold_ns":20000,"devices":4,"knotes_per_device":8})";
  synthetic_.Add({.strategy = "rwlock"}).parameters =
      R"({"hold_ns":20000,"devices":4,"knotes_per_device":8,"detach_hz":50})";
  for (record::Cell& each : run().cells) {
    if (each.parameters.find("20000") == std::string::npos)
      each.parameters.insert(1, R"("hold_ns":0,)");
  }
  synthetic_.Add({.strategy = "none", .path = "scan", .workload = "scan"});
  synthetic_.Add({.strategy = "epoch", .path = "scan", .workload = "scan"});
  std::vector<std::string> headlines;
  for (const Choice& choice : ChooseNow()) headlines.push_back(choice.headline);
  EXPECT_THAT(headlines,
              ElementsAre("epoch, for scan at 2 CPUs",
                          "epoch, for submit with hold_ns 0 at 2 CPUs",
                          "rwlock, for submit with hold_ns 20000 at 2 CPUs"));
}

TEST_F(ChooseTest, NamesAContradiction) {
  EXPECT_EQ(Contradiction(run(), requirements_), "");
  requirements_.reader_may_block = true;
  for (record::Cell& each : run().cells) {
    each.promises.reader_may_block = each.strategy == "knote_mutex";
  }
  EXPECT_EQ(Contradiction(run(), requirements_), "");
  requirements_.max_bytes_per_knote = 0;
  EXPECT_THAT(Contradiction(run(), requirements_), HasSubstr("may not block"));
}

TEST_F(ChooseTest, LeavesOutWhatNeverSettled) {
  for (record::Block& block : run().rows.blocks) {
    if (block.cell == cell("epoch").id && block.round >= 10) {
      block.elapsed_ns *= 1.2;
    }
  }
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kNotRanked);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("slowdown"));
}

TEST_F(ChooseTest, NeverTakesWhatTheOracleCaught) {
  run().rows.counters.push_back({cell("epoch").id, "oracle_violations", 3});
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRejected);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("caught 3"));
  EXPECT_EQ(OneChoice().decision.recommended()->strategy, "knote_mutex");
}

TEST_F(ChooseTest, NeverTakesWhatTheOracleCaughtUnderAnotherLoad) {
  synthetic_.Add({.strategy = "epoch", .cpus = 1});
  run().rows.counters.push_back(
      {run().cells.back().id, "oracle_violations", 1});
  synthetic_.Add(
      {.strategy = "knote_mutex", .path = "scan", .workload = "scan"});
  run().rows.counters.push_back(
      {run().cells.back().id, "oracle_violations", 2});
  const std::vector<Choice> choices = ChooseNow();
  ASSERT_EQ(choices.size(), 2u);
  EXPECT_EQ(choices[1].decision.workload, "submit");
  EXPECT_EQ(choices[1].headline, "rwlock, for submit at 2 CPUs");
  std::string reasons;
  for (const std::string& line : Reasons(choices[1])) reasons += line + "\n";
  EXPECT_THAT(reasons,
              HasSubstr("epoch (global, rejected): the oracle caught 1 "
                        "use of a driver after its klist_fini(), under "
                        "submit at 1 CPU\n"));
  EXPECT_THAT(reasons, HasSubstr("under scan at 2 CPUs"));
  // At fewer CPUs alone, too.
  requirements_.cpus = 2;
  EXPECT_EQ(ChooseNow().back().decision.recommended()->strategy, "rwlock");
}

TEST_F(ChooseTest, ForgivesWhatTheOracleCaughtUnderALoadThatIsForbidden) {
  synthetic_.Add({.strategy = "epoch", .cpus = 1});
  const int forbidden = run().cells.back().id;
  run().rows.counters.push_back({forbidden, "oracle_violations", 5});
  run().rows.counters.push_back({forbidden, "forbidden_load", 1});
  EXPECT_EQ(OneChoice().headline, "epoch, for submit at 2 CPUs");
}

TEST_F(ChooseTest, KeepsGroupsApart) {
  cell("epoch").group = "peer";
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kRecommended);
  requirements_.groups = {"own"};
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kNotRanked);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("peer"));
}

TEST_F(ChooseTest, SaysWhereEvidenceIsMissing) {
  cell("rwlock").refused = "no membarrier";
  EXPECT_THAT(VerdictOn("rwlock").reason, HasSubstr("no membarrier"));
  std::erase_if(run().rows.detaches, [&](const record::Detach& detach) {
    return detach.cell == cell("epoch").id;
  });
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kNotRanked);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("klist_fini"));
  requirements_.path = "register";
  EXPECT_THAT(VerdictOn("knote_mutex").reason, HasSubstr("path register"));
  const Choice choice = OneChoice();
  EXPECT_TRUE(choice.headline.empty());
  EXPECT_EQ(choice.decision.recommended(), nullptr);
  EXPECT_THAT(choice.decision.confidence, HasSubstr("no evidence"));
}

TEST_F(ChooseTest, DoesNotRankAFewRounds) {
  std::erase_if(run().rows.blocks,
                [](const record::Block& block) { return block.round >= 4; });
  EXPECT_EQ(VerdictOn("epoch").ruling, Ruling::kNotRanked);
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("fewer than 5 rounds"));
}

TEST_F(ChooseTest, GoesWithoutKlistFiniIfNobodyHasIt) {
  run().rows.detaches.clear();
  const Choice choice = OneChoice();
  EXPECT_EQ(choice.decision.recommended()->strategy, "epoch");
  EXPECT_THAT(choice.decision.confidence,
              HasSubstr("klist_fini() was not measured"));
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("klist_fini not measured"));
}

TEST_F(ChooseTest, WeighsAQuantileThatAllHaveEnoughFor) {
  EXPECT_EQ(OneChoice().decision.quantile, 0.99);
  EXPECT_EQ(OneChoice().decision.confidence.find("p90"), std::string::npos);
  auto& detaches = run().rows.detaches;
  int kept = 0;
  std::erase_if(detaches, [&](const record::Detach& detach) {
    return detach.cell == cell("rwlock").id && ++kept > 100;
  });
  const Choice choice = OneChoice();
  EXPECT_EQ(choice.decision.quantile, 0.9);
  EXPECT_THAT(choice.decision.confidence,
              HasSubstr("at p90, as p99 needs 400 of each"));
  EXPECT_THAT(VerdictOn("epoch").reason, HasSubstr("klist_fini p90 "));
}

TEST_F(ChooseTest, GoesWithoutTheFloor) {
  run().cells.erase(run().cells.begin());
  const Choice choice = OneChoice();
  EXPECT_FALSE(choice.decision.marginal);
  EXPECT_EQ(choice.decision.recommended()->strategy, "epoch");
  EXPECT_THAT(choice.decision.confidence, HasSubstr("absolute"));
}

TEST_F(ChooseTest, DecidesAtTheLargestAndTellsTheRest) {
  synthetic_.Add({.strategy = "none", .cpus = 1});
  synthetic_.Add({.strategy = "rwlock", .marginal_ns = 0.5, .cpus = 1});
  synthetic_.Add({.strategy = "epoch", .marginal_ns = 1.2, .cpus = 1});
  const Choice choice = OneChoice();
  EXPECT_EQ(choice.decision.cpus, 2);
  EXPECT_EQ(choice.decision.recommended()->strategy, "epoch");
  ASSERT_EQ(choice.smaller.size(), 1u);
  EXPECT_EQ(choice.smaller[0].recommended()->strategy, "rwlock");
  ASSERT_EQ(choice.differences.size(), 1u);
  EXPECT_THAT(choice.differences[0], StartsWith("at 1 CPU (1 x 2 threads): "
                                                "rwlock, lowest reader cost"));
  const Verdict& missing = choice.smaller[0].verdicts.back();
  EXPECT_EQ(missing.strategy, "knote_mutex");
  EXPECT_THAT(missing.reason, HasSubstr("not measured at 1 CPU"));
}

TEST_F(ChooseTest, ChoosesForEachWorkload) {
  synthetic_.Add({.strategy = "none", .path = "scan", .workload = "scan"});
  synthetic_.Add({.strategy = "psref", .path = "scan", .workload = "scan"});
  const auto choices = ChooseNow();
  ASSERT_EQ(choices.size(), 2u);
  EXPECT_EQ(choices[0].headline, "psref, for scan at 2 CPUs");
  EXPECT_EQ(choices[1].headline, "epoch, for submit at 2 CPUs");
}

TEST_F(ChooseTest, NamesScopesWhereTheyDiffer) {
  record::Cell& other = synthetic_.Add(
      {.strategy = "epoch", .marginal_ns = 5, .klist_fini_ns = 20'000});
  other.scope = "klist";
  other.bytes = {0, 0, 64, 0};
  const Choice choice = OneChoice();
  EXPECT_THAT(choice.headline, StartsWith("epoch:global, for"));
  for (const Verdict& verdict : choice.decision.verdicts) {
    if (verdict.scope != "klist") continue;
    EXPECT_THAT(verdict.reason, HasSubstr("of epoch:global"));
  }
}

TEST_F(ChooseTest, IsAlsoTextAndJson) {
  const Choice choice = OneChoice();
  const auto lines = Reasons(choice);
  EXPECT_EQ(lines[0], "recommended: epoch, for submit at 2 CPUs");
  EXPECT_THAT(lines, testing::Contains(
                         StartsWith("epoch (global, recommended): lowest")));
  EXPECT_THAT(lines, testing::Contains(StartsWith("next: knote_mutex, at +")));
  EXPECT_THAT(lines,
              testing::Contains(HasSubstr("reads per detach: knote_mutex")));
  const auto json = ToJson(std::vector<Choice>{choice})["choices"][0];
  EXPECT_EQ(json["headline"], choice.headline);
  EXPECT_EQ(json["parameters"]["devices"], 4);
  EXPECT_EQ(json["decision"]["recommended"], "epoch");
  const auto& verdicts = json["decision"]["verdicts"];
  EXPECT_EQ(verdicts[2]["ruling"], "rejected");
  EXPECT_GT(verdicts[2]["reader_ns"]["lo"], 30);
  EXPECT_FALSE(verdicts[3].contains("reader_ns"));
}

}  // namespace
}  // namespace knotestat::analysis

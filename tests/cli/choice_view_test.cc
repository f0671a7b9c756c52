// Several workloads' choices under one headline.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "cli/choice_view.h"

#include <gtest/gtest.h>

#include <cmath>

namespace knotestat::cli {
namespace {

analysis::Choice ChoiceFor(const std::string& workload,
                           const std::string& strategy, double probability,
                           const std::string& more = "") {
  analysis::Choice choice;
  choice.headline = strategy;
  choice.decision.workload = choice.decision.title = workload;
  choice.decision.cpus = 2;
  choice.decision.quantile = 0.9;
  choice.decision.probability = probability;
  choice.decision.confidence =
      "only what 95 % intervals separate is ranked; the recommendation holds "
      "in " +
      std::to_string(std::lround(100 * probability)) + " % of resamplings" +
      more;
  analysis::Verdict verdict;
  verdict.strategy = strategy;
  verdict.scope = "global";
  verdict.ruling = analysis::Ruling::kRecommended;
  choice.decision.verdicts.push_back(verdict);
  return choice;
}

TEST(ViewOf, SaysOnceWhatHoldsForAllWorkloads) {
  const dashboards::Choice view =
      ViewOf({ChoiceFor("scan", "epoch", 1), ChoiceFor("submit", "psref", 1)});
  EXPECT_EQ(view.confidence,
            "only what 95 % intervals separate is ranked; the recommendation "
            "holds in 100 % of resamplings");
}

TEST(ViewOf, NamesTheWorkloadsOfWhatDiffers) {
  const dashboards::Choice view =
      ViewOf({ChoiceFor("scan", "epoch", 0.5), ChoiceFor("submit", "psref", 1),
              ChoiceFor("mix", "psref", 1, "; klist_fini() was not measured")});
  EXPECT_EQ(view.confidence,
            "only what 95 % intervals separate is ranked; resamplings in which "
            "the recommendation holds: 50 % for scan, 100 % for submit, 100 % "
            "for mix; for mix klist_fini() was not measured");
}

TEST(ViewOf, KeepsTheSentenceOfOneWorkload) {
  const analysis::Choice choice =
      ChoiceFor("scan", "epoch", 0.97, "; klist_fini() was not measured");
  EXPECT_EQ(ViewOf({choice}).confidence, choice.decision.confidence);
}

TEST(ViewOf, NamesTheScopeWhereThereAreSeveral) {
  analysis::Choice scan = ChoiceFor("scan", "rwlock", 1);
  scan.decision.verdicts.push_back(scan.decision.verdicts[0]);
  scan.decision.verdicts[0].scope = "klist";
  scan.decision.verdicts[1].ruling = analysis::Ruling::kRejected;
  EXPECT_EQ(ViewOf({scan, ChoiceFor("submit", "psref", 1)}).headline,
            "psref for submit (up to 2 CPUs); rwlock:klist for scan (up to 2 "
            "CPUs)");
}

TEST(ViewOf, GivesTheAnswerOfEachWorkload) {
  const dashboards::Choice view = ViewOf(
      {ChoiceFor("scan", "epoch", 0.5), ChoiceFor("submit", "psref", 1)});
  ASSERT_EQ(view.answers.size(), 2u);
  EXPECT_EQ(view.answers[1].load.workload, "submit");
  EXPECT_EQ(view.answers[1].strategy, "psref");
  EXPECT_EQ(view.answers[1].scope, "global");
  EXPECT_EQ(view.answers[1].load.cpus, 2);
  EXPECT_EQ(view.answers[1].load.quantile, "p90");
  EXPECT_EQ(view.answers[0].confidence, "holds in 50 % of resamplings");
  EXPECT_TRUE(ViewOf({}).answers.empty());
}

TEST(ViewOf, KeepsTheLoadsOfOneWorkloadApart) {
  std::vector<analysis::Choice> choices = {ChoiceFor("scan", "epoch", 0.5),
                                           ChoiceFor("scan", "psref", 1)};
  choices[0].decision.parameters = R"({"hold_ns":0})";
  choices[0].decision.title = "scan with hold_ns 0";
  choices[1].decision.parameters = R"({"hold_ns":20000})";
  choices[1].decision.title = "scan with hold_ns 20000";
  const dashboards::Choice view = ViewOf(choices);
  EXPECT_EQ(view.headline,
            "epoch for scan with hold_ns 0 (up to 2 CPUs); psref for scan with "
            "hold_ns 20000 (up to 2 CPUs)");
  EXPECT_EQ(view.confidence,
            "only what 95 % intervals separate is ranked; resamplings in which "
            "the recommendation holds: 50 % for scan with hold_ns 0, 100 % for "
            "scan with hold_ns 20000");
  ASSERT_EQ(view.verdicts.size(), 2u);
  EXPECT_TRUE(IsOf(view.verdicts[1].load, "scan", R"({ "hold_ns": 20000 })"));
  EXPECT_FALSE(IsOf(view.verdicts[1].load, "scan", R"({"hold_ns":0})"));
  EXPECT_FALSE(IsOf(view.verdicts[1].load, "mix", R"({"hold_ns":20000})"));
  EXPECT_EQ(view.answers[1].load.title, "scan with hold_ns 20000");
}

}  // namespace
}  // namespace knotestat::cli

// Conditions are read as they are meant, and fail what they should.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/gate.h"

#include <gmock/gmock.h>

namespace knotestat::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Change ChangeOf(const char* strategy, Outcome outcome, double lo, double hi) {
  Change change;
  change.cell.strategy = strategy;
  change.cell.scope = "global";
  change.cell.workload = "scan";
  change.cell.cpus = 2;
  change.figure = "marginal_ns";
  change.path = "scan";
  change.before = 100;
  change.after = 100 + (lo + hi) / 2;
  change.difference = {(lo + hi) / 2, lo, hi};
  change.outcome = outcome;
  return change;
}

std::vector<std::string> Failures(const Comparison& comparison,
                                  const char* gate) {
  return Judge(comparison, *ParseGate(gate)).failures;
}

TEST(Gate, LooksAtWhatItIsTold) {
  Comparison comparison;
  comparison.changes = {ChangeOf("epoch", Outcome::kWorse, 3, 5),
                        ChangeOf("psref", Outcome::kBetter, -5, -3),
                        ChangeOf("rwlock", Outcome::kSame, -1, 1),
                        ChangeOf("none", Outcome::kWorse, 3, 5)};
  EXPECT_THAT(Failures(comparison, "worse"),
              ElementsAre(HasSubstr("worse: marginal_ns of scan of epoch")));
  EXPECT_THAT(Failures(comparison, "different"), SizeIs(2));
  EXPECT_THAT(Failures(comparison, "undecided"), IsEmpty());
  EXPECT_THAT(Failures(comparison, "missing,other-machine"), IsEmpty());
}

TEST(Gate, ComparesTheLeastThatIsCertainWithTheLimit) {
  Comparison comparison;
  comparison.changes = {ChangeOf("epoch", Outcome::kWorse, 3, 5)};
  EXPECT_THAT(Failures(comparison, "worse>2%"), SizeIs(1));
  EXPECT_THAT(Failures(comparison, "worse>2.9ns"), SizeIs(1));
  EXPECT_THAT(Failures(comparison, "worse>4%"), IsEmpty());
  EXPECT_THAT(Failures(comparison, "worse>4ns"), IsEmpty());
  EXPECT_THAT(Failures(comparison, "worse>1us"), IsEmpty());
}

TEST(Gate, KnowsWhatIsOnlyUndecided) {
  Comparison comparison;
  comparison.changes = {ChangeOf("epoch", Outcome::kCannotTell, -3, 5)};
  EXPECT_TRUE(Judge(comparison, *ParseGate("worse,undecided")).undecided_only);
  EXPECT_FALSE(Judge(comparison, *ParseGate("worse")).undecided_only);
  comparison.changes.push_back(ChangeOf("rwlock", Outcome::kWorse, 3, 5));
  EXPECT_FALSE(Judge(comparison, *ParseGate("undecided,worse")).undecided_only);
}

TEST(Gate, TheFloorFailsNothing) {
  Comparison comparison;
  comparison.changes = {ChangeOf("none", Outcome::kCannotTell, -3, 5)};
  EXPECT_THAT(Failures(comparison, "worse,different,undecided"), IsEmpty());
}

TEST(Gate, SeesMissingCellsAndOtherMachines) {
  Comparison comparison;
  comparison.only_before = {ChangeOf("epoch", Outcome::kSame, 0, 0).cell};
  comparison.other_machine = {"the kernel differs: 6.1 before, 6.18 after"};
  EXPECT_THAT(Failures(comparison, "missing"),
              ElementsAre(HasSubstr("the file before only")));
  EXPECT_THAT(Failures(comparison, "other-machine"),
              ElementsAre(HasSubstr("6.18")));
}

TEST(ParseGate, NamesWhatItCannotRead) {
  for (const char* text : {"", "worst", "worse>", "worse>2", "worse>-1%",
                           "worse>nan%", "undecided>2%", "worse,", "worse>%"}) {
    const auto gate = ParseGate(text);
    ASSERT_FALSE(gate.ok()) << text;
    EXPECT_THAT(std::string(gate.status().message()), HasSubstr("--fail-if"));
  }
  EXPECT_THAT(std::string(ParseGate("worst").status().message()),
              HasSubstr("'worst'"));
}

}  // namespace
}  // namespace knotestat::analysis

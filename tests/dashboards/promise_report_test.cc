// What truth workloads have shown, as text.
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/promise_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Report(const std::vector<record::Truth>& truths) {
  return PromiseReport(truths, {});
}

TEST(PromiseReport, TellsOutcomesWithTheirChains) {
  EXPECT_THAT(
      Report(TruthSample().run.truths),
      AllOf(HasSubstr("recursion: may it?\n"
                      "  promise: a promise in words\n"
                      "  expected: Locks fail.\n"
                      "  parameters: {\"depth\":1}\n"
                      "  kept         epoch\n"
                      "  as declared  none\n"
                      "  as declared deadlock: rwlock\n"
                      "              writer in klist_fini() of A, asleep: "
                      "waits for reader\n"),
            HasSubstr("  klist_fini() took: 20.2 ms\n"),
            HasSubstr("  kept         epoch\n              a note\n"),
            HasSubstr("  caught      1 call after klist_fini(): rwlock\n"),
            HasSubstr("\nepoch BROKEN in blocking_f_event: 2 calls after")));
}

TEST(PromiseReport, TheTableCountsWhatWasTested) {
  const std::string table = PromiseTable(TruthSample().run.truths, {});
  EXPECT_THAT(table,
              AllOf(HasSubstr("\nnone         no        -         -"),
                    HasSubstr("\nepoch        kept 1    BROKEN    kept 1 "),
                    HasSubstr("\nrwlock       yes       yes       no, fails")));
}

TEST(PromiseReport, WithoutADifferenceThatIsSaid) {
  auto truths = TruthSample().run.truths;
  truths.erase(truths.begin() + 3);
  EXPECT_THAT(Report(truths),
              HasSubstr("Every promise that was tested was kept."));
  truths.back().verdict = record::kMissed;
  truths.back().difference = true;
  truths.back().failure.clear();
  EXPECT_THAT(Report(truths), HasSubstr("rwlock MISSED in broken_contract: a "
                                        "broken contract went unseen"));
  EXPECT_EQ(Report({}), "");
}

TEST(PromiseReport, NamesCannotMoveTheCursor) {
  auto truths = TruthSample().run.truths;
  for (record::Truth& truth : truths) {
    for (std::string* text :
         {&truth.workload, &truth.title, &truth.question, &truth.promise,
          &truth.expected, &truth.verdict, &truth.failure})
      *text = "x\x1b[2J";
    truth.notes = {"\x1b]0;"};
    truth.figures = {{"\x1b", 1, "\x1b"}};
  }
  EXPECT_THAT(Report(truths), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace knotestat::dashboards

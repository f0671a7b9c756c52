// Roots, wakers and parts of the stacks that a flame graph shows.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/selection.h"

#include <gmock/gmock.h>

#include "analysis/flame/folded.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;

record::Run TwoThreads() {
  record::Run run;
  run.cells.resize(2);
  for (int i = 0; i < 2; ++i) {
    run.cells[static_cast<size_t>(i)].id = i + 1;
    run.cells[static_cast<size_t>(i)].strategy = i == 0 ? "epoch" : "rwlock";
  }
  run.rows.stacks = {
      {1, "off_cpu", "main;wait", 30, 3, "main;leave;wake", "writer", 0, 0},
      {1, "off_cpu", "main;wait", 20, 1, record::kNoThread, "writer", 1, 1},
      {2, "off_cpu", "main;nap", 7, 1, record::kNoThread, "thread 0", 1, 0},
      {1, "blame", "[nobody woke the writer]", 5, 1},
      {2, "blame", "old", 9}};  // of a file that says no more
  return run;
}

std::string FoldedOf(const Selection& selection) {
  const absl::StatusOr<StackTree> tree = SelectStacks(TwoThreads(), selection);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return tree.ok() ? PrintFolded(*tree) : "";
}

TEST(Selection, WakersMeetSleepersWhereTheyWokeThem) {
  EXPECT_EQ(FoldedOf({.kind = "off_cpu"}), "main;nap 7\nmain;wait 50\n");
  EXPECT_EQ(FoldedOf({.kind = "off_cpu", .wakers = true}),
            "main;nap;--;[timer, device or other process] 7\n"
            "main;wait;--;[timer, device or other process] 20\n"
            "main;wait;--;wake;leave;main 30\n");
}

TEST(Selection, InlinedFunctionsCanGiveTheirTimeToWhoHoldsTheirCode) {
  record::Run run = TwoThreads();
  run.rows.stacks = {
      {1, "off_cpu", "main;f_event_[i];wait", 3, 1, "main;wake_[i];futex"},
      {1, "off_cpu", "main;wait", 4, 1, "main;futex"},
      {1, "off_cpu", "main;f_event_[i]", 5, 1, record::kNoThread}};
  const auto folded = [&](const Selection& selection) {
    return PrintFolded(*SelectStacks(run, selection));
  };
  EXPECT_EQ(folded({.kind = "off_cpu"}),
            "main;f_event_[i] 5\nmain;f_event_[i];wait 3\nmain;wait 4\n");
  EXPECT_EQ(folded({.kind = "off_cpu", .inlined = false}),
            "main 5\nmain;wait 7\n");
  EXPECT_EQ(folded({.kind = "off_cpu", .wakers = true, .inlined = false}),
            "main;--;[timer, device or other process] 5\n"
            "main;wait;--;futex;main 7\n");
}

TEST(Selection, RootsComeInOrder) {
  EXPECT_EQ(FoldedOf({.kind = "off_cpu", .thread_root = true}),
            "thread 0;main;nap 7\nwriter;main;wait 50\n");
  EXPECT_EQ(FoldedOf({.kind = "off_cpu",
                      .strategy_root = true,
                      .thread_root = true,
                      .cpu_root = true}),
            "epoch;writer;CPU 0;main;wait 30\nepoch;writer;CPU 1;main;wait 20\n"
            "rwlock;thread 0;CPU 1;main;nap 7\n");
}

TEST(Selection, SaysWhatTheFileDoesNot) {
  EXPECT_EQ(FoldedOf({.kind = "blame", .thread_root = true, .cpu_root = true}),
            "[no thread];[no CPU];[nobody woke the writer] 5\n"
            "[thread not recorded];[CPU not recorded];old 9\n");
}

TEST(Selection, PartsAreOfCells) {
  const auto parts = SelectParts(TwoThreads(), {.kind = "off_cpu"});
  ASSERT_TRUE(parts.ok()) << parts.status();
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].cell, 1);
  EXPECT_EQ((*parts)[0].tree.total(), 30u);
  EXPECT_EQ((*parts)[1].tree.total(), 20u);
  EXPECT_EQ((*parts)[2].cell, 2);
  EXPECT_THAT(
      std::string(
          SelectParts(TwoThreads(), {.kind = "blame"}).status().message()),
      HasSubstr("older knotestat"));
}

TEST(UnknownValue, LooksAtTheSleeperAlone) {
  const auto tree = ParseFolded(
      "main;wait;--;wake;[unknown in libc.so.6+0x1] 10\n"
      "main;[unknown in libc.so.6+0x2];--;wake;main 3\n");
  ASSERT_TRUE(tree.ok());
  EXPECT_EQ(UnknownValue(*tree), 3u);
}

}  // namespace
}  // namespace knotestat::flame

// Folded stacks in and out. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/folded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include "analysis/flame/selection.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;

std::string Reprint(std::string_view text) {
  absl::StatusOr<StackTree> tree = ParseFolded(text);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return tree.ok() ? PrintFolded(*tree) : "";
}

std::string ErrorOf(std::string_view text) {
  absl::StatusOr<StackTree> tree = ParseFolded(text);
  EXPECT_FALSE(tree.ok());
  EXPECT_EQ(tree.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(tree.status().message());
}

TEST(Folded, MergesAndSorts) {
  EXPECT_EQ(Reprint("b;c 2\na 1\nb;c 3\nb 4\n"), "a 1\nb 4\nb;c 5\n");
}

TEST(Folded, KeepsWhatNamesMayContain) {
  // Spaces, an empty frame, one at the start, bytes that are not UTF-8.
  const std::string text =
      ";a 1\n<script>alert(1)</script>;\xff\xfe 2\na;;b 4\n"
      "a b;operator new(x) 3\n";
  EXPECT_EQ(Reprint(text), text);
}

TEST(Folded, AcceptsBlankLinesCarriageReturnsAndAMissingLineEnd) {
  EXPECT_EQ(Reprint("\na;b 1\r\n\r\nc 2"), "a;b 1\nc 2\n");
  EXPECT_EQ(Reprint(""), "");
}

TEST(Folded, DropsNothingWhereAPieceEnds) {
  const std::string text = "main;read;poll 17\nmain;write 4\nidle 123\n";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    StackTree tree;
    FoldedParser parser(&tree);
    ASSERT_TRUE(parser.Feed(text.substr(0, cut)).ok());
    ASSERT_TRUE(parser.Feed(text.substr(cut)).ok());
    ASSERT_TRUE(parser.Finish().ok());
    EXPECT_EQ(PrintFolded(tree), Reprint(text)) << "cut at " << cut;
  }
}

TEST(Folded, NamesTheLineOfAnError) {
  EXPECT_THAT(ErrorOf("a 1\nb\n"), HasSubstr("line 2: no count"));
  EXPECT_THAT(ErrorOf("a 1\nb c\n"), HasSubstr("line 2: no whole number"));
  EXPECT_THAT(ErrorOf("a 1.5\n"), HasSubstr("line 1: no whole number"));
  EXPECT_THAT(ErrorOf("a -1\n"), HasSubstr("no whole number"));
  EXPECT_THAT(ErrorOf("a 1x\n"), HasSubstr("no whole number"));
  EXPECT_THAT(ErrorOf("a \n"), HasSubstr("no whole number"));
  EXPECT_THAT(ErrorOf("\n\n 3\n"), HasSubstr("line 3: no stack"));
}

TEST(Folded, RefusesCountsBeyond64Bits) {
  EXPECT_EQ(Reprint("a 18446744073709551615\n"), "a 18446744073709551615\n");
  EXPECT_THAT(ErrorOf("a 18446744073709551616\n"),
              HasSubstr("line 1: the count does not fit"));
  EXPECT_THAT(ErrorOf("a 18446744073709551615\nb 1\n"),
              HasSubstr("line 2: the sum"));
}

TEST(Folded, HoldsDeepStacks) {
  std::string text = "f0";
  for (int i = 1; i < 200000; ++i) text += ";f" + std::to_string(i % 10);
  text += " 1\n";
  EXPECT_EQ(Reprint(text), text);
}

TEST(Folded, PrintsOneLinePerStackWhateverTheNames) {
  StackTree tree;
  ASSERT_TRUE(tree.Add("a\nb;c\r", 1));
  EXPECT_EQ(PrintFolded(tree), "a\\x0ab;c\\x0d 1\n");
}

// The tree against a plain map, on random stacks with shared beginnings.
TEST(Folded, AgreesWithAMapOnRandomStacks) {
  std::mt19937 random(7);
  std::map<std::string, uint64_t> expected;
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    std::string stack = "r" + std::to_string(random() % 5);
    for (auto depth = random() % 9; depth > 0; --depth) {
      stack += ";f" + std::to_string(random() % 50);
    }
    const uint64_t count = random() % 1000 + 1;
    expected[stack] += count;
    text += stack + " " + std::to_string(count) + "\n";
  }
  absl::StatusOr<StackTree> tree = ParseFolded(text);
  ASSERT_TRUE(tree.ok());
  std::map<std::string, uint64_t> actual;
  const std::string printed = PrintFolded(*tree);
  for (size_t at = 0; at < printed.size();) {
    const size_t end = printed.find('\n', at);
    const size_t space = printed.rfind(' ', end);
    actual[printed.substr(at, space - at)] =
        std::stoull(printed.substr(space + 1, end - space));
    at = end + 1;
  }
  EXPECT_EQ(actual, expected);
}

// What a stack shares with the one before is not looked up: names that are
// beginnings of others, empty ones, and changing roots.
TEST(Folded, TellsStacksApartThatBeginAlike) {
  constexpr std::string_view kNames[] = {"", "a", "ab", "abc", "abcdefghijkl"};
  std::mt19937 random(11);
  std::map<std::string, uint64_t> expected;
  StackTree tree;
  for (int i = 0; i < 50000; ++i) {
    std::string stack(kNames[1 + random() % 4]);
    for (auto depth = random() % 5; depth > 0; --depth)
      stack.append(";").append(kNames[random() % 5]);
    const std::string root(kNames[random() % 3]);
    expected[root.empty() ? stack : root + ";" + stack] += 1;
    ASSERT_TRUE(tree.Add(stack, 1, root));
  }
  std::string text;
  for (const auto& [stack, count] : expected)
    text += stack + " " + std::to_string(count) + "\n";
  EXPECT_EQ(PrintFolded(tree), Reprint(text));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::ssize(expected));
  std::map<std::string, uint64_t> printed;
  const std::string folded = PrintFolded(tree);
  for (size_t at = 0; at < folded.size();) {
    const size_t end = folded.find('\n', at);
    const size_t space = folded.rfind(' ', end);
    printed[folded.substr(at, space - at)] =
        std::stoull(folded.substr(space + 1, end - space));
    at = end + 1;
  }
  EXPECT_EQ(printed, expected);
}

TEST(Folded, ReadsFilesAndNamesThemInErrors) {
  const std::string path = ::testing::TempDir() + "/knotestat_folded_test." +
                           std::to_string(getpid());
  std::ofstream(path) << "a;b 1\nbroken\n";
  absl::StatusOr<StackTree> tree = ReadFolded(path);
  ASSERT_FALSE(tree.ok());
  EXPECT_THAT(std::string(tree.status().message()),
              HasSubstr(path + ": line 2"));
  std::remove(path.c_str());
  EXPECT_EQ(ReadFolded(path).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(ReadFolded(::testing::TempDir()).ok());
}

record::Cell MakeCell(int id, const char* strategy, const char* workload) {
  record::Cell cell;
  cell.id = id;
  cell.strategy = strategy;
  cell.workload = workload;
  return cell;
}

record::Run TwoStrategies() {
  record::Run run;
  run.context.bpf = true;
  run.finished = true;
  run.cells = {MakeCell(1, "epoch", "submit"), MakeCell(2, "rwlock", "submit"),
               MakeCell(3, "epoch", "scan")};
  run.rows.stacks = {{1, "on_cpu", "main;f", 3},
                     {1, "off_cpu", "main;wait", 5000},
                     {2, "on_cpu", "main;f", 4},
                     {3, "on_cpu", "main;g", 5}};
  return run;
}

std::string Selected(const Selection& selection) {
  absl::StatusOr<StackTree> tree = SelectStacks(TwoStrategies(), selection);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return tree.ok() ? PrintFolded(*tree) : "";
}

TEST(SelectStacks, FiltersByKindStrategyAndWorkload) {
  EXPECT_EQ(Selected({}), "main;f 7\nmain;g 5\n");
  EXPECT_EQ(Selected({.kind = "off_cpu"}), "main;wait 5000\n");
  EXPECT_EQ(Selected({.strategy = "epoch"}), "main;f 3\nmain;g 5\n");
  EXPECT_EQ(Selected({.strategy = "epoch", .workload = "scan"}), "main;g 5\n");
  EXPECT_EQ(Selected({.strategy_root = true}),
            "epoch;main;f 3\nepoch;main;g 5\nrwlock;main;f 4\n");
  EXPECT_EQ(Selected({.kind = "off_cpu", .strategy = "rwlock"}), "");
}

TEST(SelectStacks, TellsScopesApart) {
  record::Run run = TwoStrategies();
  for (record::Cell& cell : run.cells) cell.scope = "global";
  record::Cell klist = run.cells[1];
  klist.id = 4;
  klist.scope = "klist";
  run.cells.push_back(klist);
  run.rows.stacks.push_back({4, "on_cpu", "main;f", 9});
  const std::string strategy = klist.strategy;
  EXPECT_THAT(StrategiesOf(run), testing::Contains(strategy + ":klist"));
  EXPECT_EQ(PrintFolded(*SelectStacks(
                run, {.strategy = strategy + ":klist", .strategy_root = true})),
            strategy + ":klist;main;f 9\n");
}

TEST(SelectStacks, SaysWhatItKnows) {
  const record::Run run = TwoStrategies();
  EXPECT_THAT(
      std::string(SelectStacks(run, {.kind = "heap"}).status().message()),
      HasSubstr("unknown kind of stacks 'heap'"));
  const absl::Status status = SelectStacks(run, {.strategy = "epohc"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("no strategy 'epohc'; it has: epoch, rwlock"));
}

TEST(SelectStacks, RefusesSumsBeyond64Bits) {
  record::Run run = TwoStrategies();
  run.rows.stacks.push_back({1, "on_cpu", "x", UINT64_MAX});
  EXPECT_EQ(SelectStacks(run, {}).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(WhyEmpty, GivesTheReasonThatApplies) {
  record::Run run = TwoStrategies();
  EXPECT_THAT(WhyEmpty(run, {.kind = "off_cpu"}), HasSubstr("left its CPU"));
  run.context.bpf = false;
  run.context.bpf_reason = "not permitted (EPERM)";
  EXPECT_THAT(WhyEmpty(run, {}), HasSubstr("not permitted (EPERM)"));
}

}  // namespace
}  // namespace knotestat::flame

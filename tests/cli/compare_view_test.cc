// A comparison as text.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "cli/compare_view.h"

#include <gmock/gmock.h>

namespace knotestat::cli {
namespace {

using analysis::Change;
using analysis::Comparison;
using analysis::Outcome;
using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr size_t kWide = 1000;

record::Cell CellOf(const std::string& strategy, const std::string& scope) {
  record::Cell cell;
  cell.strategy = strategy;
  cell.scope = scope;
  cell.workload = "scan";
  cell.parameters = R"({"devices":4})";
  cell.cpus = cell.processes = 2;
  cell.threads = 1;
  return cell;
}

// From 100 to 150 us.
Change ChangeOf(const std::string& scope, Outcome outcome) {
  Change change;
  change.cell = CellOf("rwlock", scope);
  change.figure = "klist_fini_p90";
  change.before = 100'000;
  change.after = 150'000;
  change.difference = {50'000, -900, 80'000};
  change.relative = 0.5;
  change.outcome = outcome;
  return change;
}

TEST(CompareView, TheBrowsersTableSaysAsMuch) {
  Comparison comparison;
  comparison.changes = {ChangeOf("klist", Outcome::kWorse)};
  comparison.only_after = {CellOf("epoch", "global")};
  const dashboards::ComparisonTable table = TableOf(comparison);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].values.size(), table.head.size());
  EXPECT_THAT(table.rows[0].values,
              ElementsAre("rwlock", "klist", "scan", "2 CPUs", "klist_fini p90",
                          "100 us", "150 us", "+50.0 [-0.9, +80.0] us",
                          "+50.0 %", "worse"));
  EXPECT_THAT(table.notes,
              ElementsAre("Only after: epoch:global, scan, 2 CPUs; devices 4"));
}

TEST(CompareView, TheBrowsersTableTellsLoadsApart) {
  Comparison comparison;
  comparison.changes = {ChangeOf("klist", Outcome::kWorse),
                        ChangeOf("klist", Outcome::kSame)};
  comparison.changes[1].cell.cpus = comparison.changes[1].cell.processes = 4;
  comparison.changes[1].cell.parameters = R"({"devices":8})";
  const auto loads = [&] {
    const auto table = TableOf(comparison);
    return std::pair(table.rows[0].values[2], table.rows[1].values[2]);
  };
  // Of devices there are more with more CPUs.
  EXPECT_EQ(loads(), std::pair(std::string("scan"), std::string("scan")));
  comparison.changes[1].cell.cpus = comparison.changes[1].cell.processes = 2;
  EXPECT_EQ(loads(), std::pair(std::string("scan with devices 4"),
                               std::string("scan with devices 8")));
  comparison.changes[1].cell.parameters = R"({"devices":4,"hold_ns":5})";
  EXPECT_EQ(loads(),
            std::pair(std::string("scan"), std::string("scan with hold_ns 5")));
}

TEST(CompareView, ARowTellsScopesApartAndHasUnits) {
  Comparison comparison;
  comparison.changes = {ChangeOf("global", Outcome::kWorse),
                        ChangeOf("klist", Outcome::kSame)};
  EXPECT_THAT(
      LinesOf(comparison, kWide, {}),
      ElementsAre(
          "2 figures: 1 worse, 1 same", "", "scan workload: devices 4",
          "  strategy  scope   figure          before   after       difference "
          "[95 %]  relative  verdict",
          "  2 CPUs",
          "  rwlock    global  klist_fini p90  100 us  150 us  +50.0 [-0.9, "
          "+80.0] us   +50.0 %    worse",
          "  rwlock    klist   klist_fini p90  100 us  150 us  +50.0 [-0.9, "
          "+80.0] us   +50.0 %     same"));
}

TEST(CompareView, PaintsWhatChangedButNotTheFloor) {
  Comparison comparison;
  comparison.changes = {ChangeOf("global", Outcome::kWorse),
                        ChangeOf("klist", Outcome::kBetter)};
  const dashboards::TextStyle color = {.color = true, .unicode = false};
  EXPECT_THAT(LinesOf(comparison, kWide, color),
              testing::IsSupersetOf({ContainsRegex("\x1b\\[1;31m.*worse"),
                                     ContainsRegex("\x1b\\[1;36m.*better")}));
  for (Change& change : comparison.changes) change.cell.strategy = "none";
  EXPECT_THAT(LinesOf(comparison, kWide, color),
              Not(Contains(ContainsRegex("\x1b\\[1;3[16]m"))));
}

TEST(CompareView, SaysOnceWhyAndWhatToDo) {
  Comparison comparison;
  Change few = ChangeOf("global", Outcome::kCannotTell);
  few.difference.reset();
  few.reason = "fewer than 3 launches";
  Change wide = ChangeOf("klist", Outcome::kCannotTell);
  wide.reason = "the difference may be anything";
  comparison.changes = {few, few, wide};
  const std::vector<std::string> lines = LinesOf(comparison, kWide, {});
  EXPECT_EQ(lines[0], "3 figures: 3 can't tell");
  EXPECT_THAT(lines[1], HasSubstr("--launches"));
  EXPECT_EQ(lines.back(), "[1] fewer than 3 launches");
  EXPECT_THAT(lines,
              Contains(ContainsRegex("-  can't tell \\[1\\]$")).Times(2));
  EXPECT_THAT(lines, Contains(ContainsRegex("%      can't tell$")).Times(1));
}

TEST(CompareView, NamesWhatOnlyOneRunHas) {
  Comparison comparison;
  comparison.only_before = {CellOf("rwlock", "klist")};
  EXPECT_THAT(
      LinesOf(comparison, kWide, {}),
      ElementsAre("only before: rwlock:klist, scan, 2 CPUs; devices 4"));
}

TEST(CompareView, NoTextOfAFileMovesTheCursor) {
  Comparison comparison;
  comparison.warnings = {"the host differs: \x1b[31m before"};
  comparison.changes = {ChangeOf("\x1b[32m", Outcome::kSame)};
  comparison.changes[0].cell.parameters = R"({"mix":"\u001b[33m"})";
  comparison.changes[0].path = "\x1b[34m";
  comparison.only_after = {CellOf("\x1b[35m", "klist")};
  EXPECT_THAT(LinesOf(comparison, kWide, {}), Not(Contains(HasSubstr("\x1b"))));
}

TEST(CompareView, NoLineIsWiderThanTheTerminal) {
  Comparison comparison;
  comparison.warnings = {std::string(200, 'x')};
  comparison.changes = {ChangeOf("global", Outcome::kWorse)};
  for (const std::string& line : LinesOf(comparison, 60, {}))
    EXPECT_LE(line.size(), 60u) << line;
}

}  // namespace
}  // namespace knotestat::cli

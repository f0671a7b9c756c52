// One screen of a run that is being measured, from planted parts.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/live/terminal_view.h"

#include <gmock/gmock.h>

namespace knotestat::dashboards {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TerminalViewTest : public testing::Test {
 protected:
  TerminalViewTest() {
    glance_.run.context.host = "buron";
    for (const char* strategy : {"none", "epoch"}) AddCell(strategy, "scan");
    AddCell("epoch", "submit");
    glance_.newest = record::NewestBlock{2, record::BlockKind::kMean};
    progress_.share = 0.25;
    progress_.launches = 1;
    progress_.planned_launches = 4;
    progress_.seconds_left = 61;
    progress_.now = "scan, 2 CPUs, epoch:global, mean block";
  }

  void AddCell(const std::string& strategy, const std::string& workload) {
    record::CellFigures figures;
    figures.cell.id = static_cast<int>(glance_.run.cells.size()) + 1;
    figures.cell.strategy = strategy;
    figures.cell.scope = "global";
    figures.cell.workload = workload;
    figures.cell.cpus = 2;
    glance_.run.cells.push_back(figures.cell);
    record::PathFigures path;
    path.ns_per_op = record::Estimate{12.34, 12, 13};
    path.marginal_ns = record::Estimate{1.5, 1.25, 1.75};
    figures.paths["scan"] = path;
    figures_.cells.push_back(figures);
  }

  std::vector<std::string> View(size_t width = 80, size_t height = 100,
                                const TextStyle& style = {}) const {
    return TerminalView({file_, glance_, progress_, history_, figures_}, width,
                        height, style);
  }

  std::string file_ = "sweep.db";
  record::Glance glance_;
  RunProgress progress_;
  LatencyHistory history_;
  record::Figures figures_;
};

TEST_F(TerminalViewTest, ShowsWhereTheRunIs) {
  const auto lines = View();
  EXPECT_EQ(lines[0], "sweep.db  on buron, since ");
  EXPECT_EQ(std::count(lines[1].begin(), lines[1].end(), '#'), 19);
  EXPECT_EQ(lines[2], "25 %: 1 of 4 launches, about 1:01 left.");
  EXPECT_EQ(lines[3], "now: scan, 2 CPUs, epoch:global, mean block");
}

TEST_F(TerminalViewTest, ShowsTheCellsOfTheGroupThatIsMeasured) {
  const auto lines = View();
  EXPECT_THAT(lines,
              Contains(AllOf(StartsWith("epoch:global "), HasSubstr(" 12.3 "),
                             HasSubstr(" 1.50 [1.25, 1.75]"))));
  EXPECT_THAT(lines, Contains(StartsWith("none:global")));
  EXPECT_EQ(
      std::count_if(lines.begin(), lines.end(),
                    [](const auto& line) { return line.starts_with("epoch"); }),
      1)
      << "that of submit is of another group";
}

TEST_F(TerminalViewTest, WhatIsRefusedOrNotMeasuredSaysSo) {
  figures_.cells[0].paths.clear();
  figures_.cells[1].cell.refused = "no membarrier";
  EXPECT_THAT(View(), AllOf(Contains(HasSubstr("not measured yet")),
                            Contains(HasSubstr("refused: no membarrier"))));
  glance_.newest.reset();
  EXPECT_THAT(View(), Contains("Nothing is measured yet."));
  glance_.run.cells.clear();
  EXPECT_THAT(View(), Contains("No cells yet."));
}

TEST_F(TerminalViewTest, LatenciesAreAMapOfTimeAndPower) {
  record::Glance stored;
  history_.Add(stored, 0);
  stored.new_detach_ns = {1500, 1500, 5000};
  history_.Add(stored, 1);
  stored.new_detach_ns = {1500};
  history_.Add(stored, 2);
  const auto lines = View();
  const auto title =
      std::find(lines.begin(), lines.end(),
                "klist_fini, all strategies, as they are stored");
  ASSERT_NE(title, lines.end());
  EXPECT_EQ(title[1], "  4.10 us |* ");
  EXPECT_EQ(title[2], "  2.05 us |  ");
  EXPECT_EQ(title[3], "  1.02 us |#*");
  EXPECT_THAT(View(80, 100, {.color = false, .unicode = true}),
              Contains("  1.02 us |█▓"));
}

TEST_F(TerminalViewTest, NothingIsWiderOrLongerThanTheScreen) {
  file_ = std::string(200, 'f');
  progress_.now = std::string(200, 'n');
  for (auto& cell : figures_.cells) cell.cell.strategy = std::string(90, 's');
  record::Glance stored;
  for (int i = 0; i < 300; ++i) {
    stored.new_detach_ns = {1e3, 1e6, 1e9};
    history_.Add(stored, i);
  }
  for (const size_t width : {size_t{20}, size_t{40}, size_t{80}, size_t{120}}) {
    for (const std::string& line : View(width, 100, {true, true}))
      EXPECT_LE(DisplayWidth(line), width) << line;
  }
  EXPECT_EQ(View(80, 5).size(), 5U);
}

TEST_F(TerminalViewTest, NoNameMovesTheCursorAndColourIsAskedFor) {
  file_ = "\x1b[2J.db";
  glance_.run.context.host = "\x1b]0;x\x07";
  progress_.now = "\x1b[H";
  figures_.cells[1].cell.strategy = "\r\x1b[A";
  EXPECT_THAT(View(), Each(Not(HasSubstr("\x1b"))));
  EXPECT_THAT(View(80, 100, {true, false}), Contains(HasSubstr("\x1b[")));
}

}  // namespace
}  // namespace knotestat::dashboards

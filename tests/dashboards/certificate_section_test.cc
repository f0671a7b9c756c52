// The certificate says what was left out, and names the worst of each kind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include "dashboards/text_sections.h"

namespace knotestat::dashboards {
namespace {

using testing::HasSubstr;
using testing::Not;

record::CellFigures Cell(const std::string& strategy) {
  record::CellFigures cell;
  cell.cell.strategy = strategy;
  cell.cell.group = "own";
  cell.cell.scope = "global";
  cell.cell.workload = "scan";
  cell.cell.cpus = 2;
  cell.launches = 5;
  cell.state.verdict = "steady";
  return cell;
}

std::string Certificate(const record::Figures& figures) {
  std::string text;
  for (const std::string& line :
       CertificateSection(figures, {.width = 400, .style = {}}))
    text += line + "\n";
  return text;
}

TEST(CertificateSection, NamesTheWorst) {
  record::Figures figures;
  figures.cells = {Cell("epoch"), Cell("psref")};
  figures.slowdown_by_probe["on_cpu"] = {{0.03, 0.02, 0.04}, 3};
  figures.slowdown_by_probe["off_cpu"] = {{0, -0.01, 0.01}, 1};
  figures.cells[0].paths["scan"].fairness = {{0.9, 0.9, 0.9}, {0.5, 0.5, 0.5}};
  figures.cells[1].paths["scan"].fairness = {{1, 1, 1}, {0.99, 0.99, 0.99}};
  figures.cells[0].certificate.clock_ghz = {3.7, 3.5, 3.71};
  figures.cells[1].certificate.clock_ghz = {3.69, 3.6, 3.75};
  const std::string text = Certificate(figures);
  EXPECT_THAT(text, HasSubstr("3.70 GHz in the median round, from 3.50 to "
                              "3.75"));
  EXPECT_THAT(text, HasSubstr("+3.00 % [+2.00 % to +4.00 %] by on_cpu\n"));
  EXPECT_THAT(text, HasSubstr("over all cells 0.00 % [-1.00 % to +1.00 %] by "
                              "off_cpu (one launch), "));
  EXPECT_THAT(text, HasSubstr("does 50 % of the fastest's, Jain's index 0.900 "
                              "(epoch global, scan, 2 CPUs)"));
  EXPECT_THAT(text, HasSubstr("5 of each group: intervals hold for any"));
  EXPECT_THAT(text, HasSubstr("dropped in 0 of 2 cells"));
  EXPECT_THAT(text, Not(HasSubstr("not ranked")));
}

TEST(CertificateSection, SaysWhatWasNeverSteady) {
  record::Figures figures;
  figures.cells = {Cell("epoch"), Cell("psref"), Cell("none")};
  figures.cells[0].state = {"warm-up", 12, {}};
  figures.cells[1].state.verdict = "no steady state";
  figures.cells[1].not_ranked = "no steady state: it came and went";
  figures.cells[2].not_ranked = "slowdown";
  figures.cells[2].cell.group = "control";
  const std::string text = Certificate(figures);
  EXPECT_THAT(text, HasSubstr("dropped in 1 of 3 cells; not ranked: psref "
                              "global, scan, 2 CPUs (no steady state)\n"));
}

TEST(CertificateSection, SaysHowOftenACpuWasAway) {
  record::Figures figures;
  EXPECT_THAT(Certificate(figures), Not(HasSubstr("interruptions")));
  figures.interruptions = {352, 0.0081, 22'300};
  EXPECT_THAT(Certificate(figures),
              HasSubstr("away 352 times a second, 0.81 % of its time, half of "
                        "that for 22.3 us and more at once"));
  figures.interruptions = {0, 0, 0};
  EXPECT_THAT(Certificate(figures), HasSubstr("none of over 1 us"));
}

TEST(CertificateSection, OneProcessIsNoOther) {
  record::Figures figures;
  figures.cells = {Cell("epoch")};
  figures.cells[0].launches = 1;
  EXPECT_THAT(Certificate(figures), HasSubstr("for that process only"));
}

}  // namespace
}  // namespace knotestat::dashboards

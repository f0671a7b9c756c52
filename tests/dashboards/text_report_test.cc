// The report in a terminal. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/text_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "dashboards/terminal_text.h"
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Report(const Sample& sample, TextOptions options = {}) {
  options.detaches = sample.run.rows.detaches;
  options.buckets = sample.run.rows.buckets;
  return TextReport(sample.figures, sample.choice, options);
}

// The lines of `text` that break the rules: too wide, or with blanks at the
// end.
std::vector<std::string> BadLines(const std::string& text, size_t width) {
  std::vector<std::string> bad;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (DisplayWidth(line) > width || line.ends_with(' ')) bad.push_back(line);
  }
  return bad;
}

TEST(TextReport, KeepsItsWidthWhateverTheRun) {
  for (const Sample& sample :
       {FullSample(), HostileSample(), EmptySample(), BareSample()}) {
    for (int width : {40, 60, 80, 132}) {
      for (bool fancy : {false, true}) {
        TextOptions options;
        options.width = width;
        options.color = options.unicode = fancy;
        EXPECT_THAT(
            BadLines(Report(sample, options), static_cast<size_t>(width)),
            ::testing::IsEmpty());
      }
    }
  }
}

TEST(TextReport, ShowsTruthsAndNothingElseWhereNothingWasMeasured) {
  const Sample sample = TruthSample();
  const std::string report = Report(sample);
  EXPECT_THAT(BadLines(report, 80), ::testing::IsEmpty());
  EXPECT_THAT(report, HasSubstr("PROMISES\n"));
  EXPECT_THAT(report, Not(HasSubstr("NOTHING WAS MEASURED")));
  EXPECT_THAT(report, Not(HasSubstr("CERTIFICATE")));
  Sample both = FullSample();
  both.figures.truths = sample.figures.truths;
  EXPECT_THAT(Report(both), HasSubstr("PROMISES\n"));
  EXPECT_THAT(Report(both), HasSubstr("CERTIFICATE\n"));
}

TEST(TextReport, TheWidthCheckCanFail) {
  EXPECT_EQ(BadLines("12345\nabc \n", 4).size(), 2u);
}

TEST(TextReport, ShowsHowLongOperationsTook) {
  Sample sample = OneCellSample();
  const int cell = sample.run.cells[0].id;
  sample.run.rows.buckets = {{cell, "sampled.submit", 10, 12, 8},
                             {cell, "sampled.submit", 12, 14, 8},
                             {cell, "sampled.submit", 70, 80, 2},
                             {cell, "sampled.other", 1, 2, 99},
                             {cell + 1, "sampled.submit", 1, 2, 99},
                             {cell, "bpf.off_cpu", 1, 2, 99}};
  // From 8 ns: sixteen, none to 32, none to 64, two.
  const std::string text = Report(sample);
  EXPECT_THAT(text, HasSubstr("of the submit path"));
  EXPECT_THAT(text, HasSubstr("per power of two, from 8.00 ns on"));
  EXPECT_THAT(text, HasSubstr("\n  rwlock global  |@  .|\n"));
  sample.run.rows.buckets.clear();
  EXPECT_THAT(Report(sample), Not(HasSubstr("sampled operations")));
}

TEST(TextReport, ShowsTheFiguresOfTheRun) {
  const std::string text = Report(FullSample());
  EXPECT_THAT(text, HasSubstr("  psref per target, for submit and mix, up to"));
  EXPECT_THAT(text,
              ContainsRegex("psref +target +5\\.00 +\\+0\\.800 \\+-0\\.048"));
  EXPECT_THAT(text, ContainsRegex("rwlock .* x16\\.2\n"));
  EXPECT_THAT(text, HasSubstr("rejected     rwlock global: a filterops call"));
  EXPECT_THAT(text, HasSubstr("peer_urcu_memb global, submit, 4 CPUs: the"));
  EXPECT_THAT(text, HasSubstr("quantum 10.0 ns"));
  EXPECT_THAT(text, HasSubstr("at most +0.60 % by the probes"));
  EXPECT_THAT(text, HasSubstr("events lost   0\n"));
}

TEST(TextReport, SetsFloorPeersAndControlsApart) {
  const std::string text = Report(FullSample());
  const size_t floor = text.find("\n  none *");
  const size_t own = text.find("\n  epoch ");
  const size_t peers = text.find("\n  peers, from");
  const size_t controls = text.find("\n  controls, broken");
  EXPECT_LT(floor, own);
  EXPECT_LT(own, peers);
  EXPECT_LT(peers, text.find("\n  peer_urcu_memb"));
  EXPECT_LT(peers, controls);
  EXPECT_LT(controls, text.find("\n  busted_epoch"));
  EXPECT_NE(controls, std::string::npos);
  EXPECT_THAT(text, HasSubstr("* the floor"));
}

TEST(TextReport, ShowsDashesForWhatIsAbsent) {
  const std::string text = Report(BareSample());
  EXPECT_THAT(text, ContainsRegex("epoch +global +- +- +- +- +- +0 +-\n"));
  EXPECT_THAT(text, HasSubstr("eBPF          not attached: bpf() is not"));
  EXPECT_THAT(text, HasSubstr("INCOMPLETE"));
  EXPECT_THAT(text, HasSubstr("slowdown      - (not measured)"));
  EXPECT_THAT(text, HasSubstr("steal time - at most"));
  EXPECT_THAT(text, HasSubstr("events lost   -\n"));
  EXPECT_THAT(text, HasSubstr("No recommendation can be made"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(TextReport, ShowsWhatTheOracleCaughtAtAnyNumberOfCpus) {
  Sample sample = FullSample();
  for (record::CellFigures& cell : sample.figures.cells) {
    if (cell.cell.strategy == "epoch" && cell.cell.cpus < 4)
      cell.oracle_violations = 3;
  }
  const std::string text = Report(sample);
  EXPECT_THAT(text, ContainsRegex("klist_fini at 4 CPUs"));
  EXPECT_THAT(text, ContainsRegex("epoch +global .* 6\n"));
  EXPECT_THAT(text, ContainsRegex("psref +target .* 0\n"));
  // Also where the most CPUs were not measured.
  std::erase_if(sample.figures.cells, [](const record::CellFigures& cell) {
    return cell.cell.strategy == "epoch" && cell.cell.cpus == 4;
  });
  EXPECT_THAT(Report(sample), ContainsRegex("epoch +global( +-){6} +6\n"));
}

TEST(TextReport, KeepsTheLoadsOfOneWorkloadApart) {
  const std::string text = Report(TwoLoadsSample());
  const size_t second = text.find("for submit with hold_ns 20000\n");
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(text.find("for submit with hold_ns 0\n"), second);
  EXPECT_THAT(text.substr(second),
              HasSubstr("recommended  epoch global: reader 0.25 ns cheaper"));
  // The histogram is of what is recommended for that load.
  EXPECT_THAT(text, ContainsRegex("hold_ns 0,[^W]*\n  psref target\n"));
  EXPECT_THAT(text, ContainsRegex("hold_ns 20000,[^W]*\n  epoch global\n"));
}

TEST(TextReport, SaysThatNothingWasMeasured) {
  const std::string text = Report(EmptySample());
  EXPECT_THAT(text, HasSubstr("This result holds no cells"));
  EXPECT_THAT(text, Not(HasSubstr("CERTIFICATE")));
}

TEST(TextReport, LetsNoNameReachTheTerminalAsAnEscape) {
  TextOptions options;
  options.unicode = true;
  const std::string text = Report(HostileSample(), options);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, HasSubstr("?[31m"));
}

TEST(TextReport, UsesColourAndUnicodeOnlyWhenAsked) {
  const std::string plain = Report(FullSample());
  EXPECT_TRUE(std::all_of(plain.begin(), plain.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c <= '~');
  }));
  TextOptions options;
  options.color = options.unicode = true;
  const std::string fancy = Report(FullSample(), options);
  EXPECT_THAT(fancy, HasSubstr("\x1b[1m"));
  EXPECT_THAT(fancy, HasSubstr("\u2588"));
}

}  // namespace
}  // namespace knotestat::dashboards

// Text for a terminal, tables and histograms.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/terminal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "dashboards/histogram.h"
#include "dashboards/table.h"

namespace knotestat::dashboards {
namespace {

using ::testing::ElementsAre;

constexpr TextStyle kAscii;
constexpr TextStyle kUnicode = {false, true};

TEST(SafeText, LetsNoNameMoveTheCursor) {
  EXPECT_EQ(SafeText("a\x1b[31mb\r\n\t\x7f", kUnicode), "a?[31mb????");
  EXPECT_EQ(SafeText("\xff\xc0\xed\xa0\x80", kUnicode), "?????");
  EXPECT_EQ(SafeText("\u202eabc\u200b", kUnicode), "?abc?");
  EXPECT_EQ(SafeText("Gr\u00fc\u00df", kUnicode), "Gr\u00fc\u00df");
  EXPECT_EQ(SafeText("Gr\u00fc\u00df", kAscii), "Gr??");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("\u00fc\u2588"), 2u);
  EXPECT_EQ(DisplayWidth("\u65e5\u672c"), 4u);
  EXPECT_EQ(DisplayWidth(Painted("abc", Paint::kBad, {true, false})), 3u);
}

TEST(Shorten, EndsInTheLastColumn) {
  EXPECT_EQ(Shorten("klist_fini", 10), "klist_fini");
  EXPECT_EQ(Shorten("klist_fini", 5), "klis~");
  EXPECT_EQ(Shorten("\u65e5\u672c\u8a9e", 4), "\u65e5~");
  EXPECT_EQ(Shorten("abc", 0), "");
}

TEST(Wrap, BreaksBetweenWordsOrWithinLongOnes) {
  EXPECT_THAT(Wrap("one two three", 9, "- ", "  "),
              ElementsAre("- one two", "  three"));
  EXPECT_THAT(Wrap("abcdefgh ij", 5, "", ""),
              ElementsAre("abcde", "fgh", "ij"));
  EXPECT_THAT(Wrap("cost 1.5 % more", 10, "", ""),
              ElementsAre("cost 1.5 %", "more"));
  EXPECT_THAT(Wrap("", 9, "- ", "  "), ElementsAre("- "));
}

Table SampleTable() {
  Table table(1);
  table.Column("name");
  table.Column("a", "first");
  table.Column("b", "first");
  table.Column("c", "second");
  table.Row({"x", "1", "22", "333"});
  table.Heading("others");
  table.Row({"long_name", "4"});
  return table;
}

TEST(Table, AlignsAndMarksWhatIsMissing) {
  EXPECT_THAT(
      SampleTable().Lines(80, kAscii),
      ElementsAre("             first  second", "  name       a   b       c",
                  "  x          1  22     333", "  others",
                  "  long_name  4   -       -"));
}

TEST(Table, ContinuesBelowAndKeepsGroupsTogether) {
  const std::vector<std::string> lines = SampleTable().Lines(20, kAscii);
  for (const std::string& line : lines) EXPECT_LE(line.size(), 20u) << line;
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  EXPECT_THAT(text, ::testing::HasSubstr("a   b"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), ""), 1);
}

TEST(Log2Histogram, CountsEveryValueOnce) {
  const std::vector<double> values = {0, 0.5, 1, 2, 3.9, 4, 1000, 1024};
  const Log2Buckets buckets = CountByPowersOfTwo(values);
  EXPECT_EQ(buckets.first, 0);
  EXPECT_THAT(buckets.counts, ElementsAre(3, 2, 1, 0, 0, 0, 0, 0, 0, 1, 1));
  const std::vector<std::string> lines = Log2Histogram(values, 50, kAscii);
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_EQ(lines[0], "      0 ns ..  2.00 ns |@@@@@@@@@@@@@@@@@@@@@| 3");
  EXPECT_EQ(lines[3], "   8.00 ns ..  16.0 ns |                     | 0");
  EXPECT_TRUE(Log2Histogram({}, 50, kAscii).empty());
}

TEST(Log2Histogram, TakesWhatIsNoDuration) {
  const std::vector<double> values = {NAN, 5, -1, INFINITY};
  const Log2Buckets buckets = CountByPowersOfTwo(values);
  EXPECT_EQ(buckets.counts.size(), 63u);
  EXPECT_EQ(buckets.counts.front(), 2u);
  EXPECT_EQ(buckets.counts.back(), 1u);
}

TEST(DensityLine, SharesOneAxis) {
  const std::vector<double> values = {4, 4, 4, 4, 4, 4, 4, 4, 16};
  EXPECT_EQ(DensityLine(CountByPowersOfTwo(values), 1, 5, kAscii), " @ . ");
}

TEST(Sparkline, NeedsUnicodeAndLeavesGaps) {
  const std::vector<std::optional<double>> values = {1, std::nullopt, 8};
  EXPECT_EQ(Sparkline(values, kUnicode), "\u2581 \u2588");
  EXPECT_EQ(Sparkline(values, kAscii), "");
}

}  // namespace
}  // namespace knotestat::dashboards

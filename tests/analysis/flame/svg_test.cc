// The SVG flame graph. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <string>

#include "analysis/flame/folded.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StackTree Tree(std::string_view folded) {
  absl::StatusOr<StackTree> tree = ParseFolded(folded);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return *std::move(tree);
}

bool HaveXmlParser() {
  return std::system("python3 -c 'import xml.dom.minidom'") == 0;
}

// Whether a real XML parser takes the text; true where there is none, which
// TheWellFormednessCheckCanFail reports.
bool IsWellFormed(const std::string& svg) {
  if (!HaveXmlParser()) return true;
  const std::string path =
      ::testing::TempDir() + "/knotestat_svg_test." + std::to_string(getpid());
  std::ofstream(path) << svg;
  const std::string command =
      "python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' " +
      path + " 2>/dev/null";
  const bool accepted = std::system(command.c_str()) == 0;
  std::remove(path.c_str());
  return accepted;
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

TEST(FlameSvg, ShowsEveryFrameWithItsShare) {
  const std::string svg =
      FlameSvg(Tree("main;a 30\nmain;b 10\n"), {.title = "epoch, on-CPU"});
  EXPECT_EQ(Count(svg, "class=\"f\""), 4u);  // all, main, a, b
  EXPECT_THAT(svg, HasSubstr("<title>a (30 samples, 75.00 %)</title>"));
  EXPECT_THAT(svg, HasSubstr("<title>all (40 samples, 100.00 %)</title>"));
  EXPECT_THAT(svg, HasSubstr(">epoch, on-CPU</text>"));
  EXPECT_THAT(svg, HasSubstr(">total 40 samples</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("id=\"hidden\"")));
  EXPECT_TRUE(IsWellFormed(svg));
}

TEST(FlameSvg, IsIdenticalForEqualTrees) {
  EXPECT_EQ(FlameSvg(Tree("a;b 1\nc 2\na;d 3\n"), {}),
            FlameSvg(Tree("a;d 3\nc 1\na;b 1\nc 1\n"), {}));
}

TEST(FlameSvg, KeepsHostileNamesAsText) {
  const std::string names =
      "<script>alert(1)</script>;\"onload='x' &amp;;]]>;\x01\x1b[31m;\xff\xc0;"
      "\xe2\x80\xae"
      "evil;\xed\xa0\x80;</title></svg> 7\n";
  const std::string svg =
      FlameSvg(Tree(names), {.title = "</title><script>\x02"});
  EXPECT_EQ(Count(svg, "<script>"), 1u);  // ours
  EXPECT_EQ(Count(svg, "</svg>"), 1u);
  EXPECT_EQ(Count(svg, "]]>"), 1u);
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; (7"));
  EXPECT_THAT(svg, HasSubstr("\\x01\\x1b[31m"));
  EXPECT_THAT(svg, HasSubstr("\\xff\\xc0"));
  EXPECT_THAT(svg, HasSubstr("\\xe2\\x80\\xaeevil"));
  EXPECT_TRUE(IsWellFormed(svg));
}

TEST(FlameSvg, TheWellFormednessCheckCanFail) {
  if (!HaveXmlParser()) GTEST_SKIP() << "python3 is missing";
  EXPECT_FALSE(IsWellFormed("<svg><a></svg>"));
  EXPECT_FALSE(IsWellFormed("<svg>\x01</svg>"));
}

TEST(FlameSvg, LeavesOutSliversAndCountsThem) {
  std::string folded = "main;big 1000000\n";
  for (int i = 0; i < 50; ++i) folded += "main;s" + std::to_string(i) + " 1\n";
  const std::string svg = FlameSvg(Tree(folded), {});
  EXPECT_EQ(Count(svg, "class=\"f\""), 3u);
  EXPECT_THAT(svg, HasSubstr("narrower than 0.1 px: 50 samples, 0.00 %"));
}

TEST(FlameSvg, NestsFramesInTheirParents) {
  const std::string svg = FlameSvg(Tree("m;a;x 5\nm;b;y 7\nm 3\n"), {});
  const std::regex frame(
      "data-s=\"(\\d+)\" data-v=\"(\\d+)\" data-d=\"(\\d+)\"><title>(\\w+)");
  std::string found;
  for (std::sregex_iterator it(svg.begin(), svg.end(), frame), end; it != end;
       ++it) {
    found += (*it)[4].str() + ":" + (*it)[1].str() + "+" + (*it)[2].str() +
             "@" + (*it)[3].str() + " ";
  }
  EXPECT_EQ(found, "all:0+15@0 m:0+15@1 a:0+5@2 x:0+5@3 b:5+7@2 y:5+7@3 ");
}

TEST(FlameSvg, SaysHowMuchHasNoName) {
  // What is called from there is known, what it calls in the kernel is not.
  EXPECT_THAT(FlameSvg(Tree("m;a 20\nm;[unknown in libc.so.6+0x12];b 10\n"
                            "[unknown in libc.so.6+0x12];futex_[k] 9\n"
                            "[unknown] 1\n"),
                       {}),
              HasSubstr(">total 40 samples, 25.00 % in functions without a "
                        "name</text>"));
  EXPECT_THAT(FlameSvg(Tree("m;unknown 1\n"), {}),
              HasSubstr(">total 1 samples</text>"));
}

TEST(FlameSvg, SaysWhyThereIsNothing) {
  const std::string svg = FlameSvg(
      StackTree(), {.why_empty = "eBPF was not attached: <no privilege>."});
  EXPECT_THAT(svg, HasSubstr("No samples. eBPF was not attached: "
                             "&lt;no privilege&gt;."));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_TRUE(IsWellFormed(svg));
  StackTree zero;
  ASSERT_TRUE(zero.Add("a;b", 0));
  EXPECT_THAT(FlameSvg(zero, {}), HasSubstr("No samples."));
}

TEST(FlameSvg, DrawsDeepStacksAndLargestCounts) {
  std::string folded = "f";
  for (int i = 0; i < 999; ++i) folded += ";f";
  const std::string svg =
      FlameSvg(Tree(folded + " 18446744073709551615\n"), {.unit = "ns"});
  EXPECT_EQ(Count(svg, "class=\"f\""), 1001u);
  EXPECT_TRUE(IsWellFormed(svg));
}

TEST(SvgText, FormatsValues) {
  EXPECT_EQ(FormatValue(0, "samples"), "0 samples");
  EXPECT_EQ(FormatValue(1234567, "samples"), "1,234,567 samples");
  EXPECT_EQ(FormatValue(999, "ns"), "999 ns");
  EXPECT_EQ(FormatValue(1000, "ns"), "1.00 us");
  EXPECT_EQ(FormatValue(12345, "ns"), "12.3 us");
  EXPECT_EQ(FormatValue(999999, "ns"), "1.00 ms");
  EXPECT_EQ(FormatValue(2500000000, "ns"), "2.50 s");
}

TEST(SvgText, ElidesByCharactersNotBytes) {
  EXPECT_EQ(Elide("klist_fini", 10), "klist_fini");
  EXPECT_EQ(Elide("klist_fini", 7), "klist..");
  EXPECT_EQ(Elide("\u00e4\u00f6\u00fc\u00e4\u00f6", 4), "\u00e4\u00f6..");
  EXPECT_EQ(Elide("klist_fini", 2), "");
}

TEST(SvgText, ColoursByOriginAndName) {
  EXPECT_EQ(FrameColor("knote::Scan"), FrameColor("knote::Scan"));
  EXPECT_NE(FrameColor("knote::Scan"), FrameColor("knote::Submit"));
  EXPECT_NE(FrameColor("schedule"), FrameColor("schedule_[k]"));
}

}  // namespace
}  // namespace knotestat::flame

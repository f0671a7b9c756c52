// The text of `perf script`. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/perf_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "analysis/flame/folded.h"

namespace knotestat::flame {
namespace {

using ::testing::HasSubstr;

struct Parsed {
  std::string folded;
  std::string note;
  absl::Status status;
};

Parsed Parse(std::string_view text, size_t piece = 1000) {
  Parsed parsed;
  StackTree tree;
  PerfScriptParser parser(&tree);
  for (; parsed.status.ok() && !text.empty();
       text.remove_prefix(std::min(piece, text.size())))
    parsed.status = parser.Feed(text.substr(0, piece));
  if (parsed.status.ok()) parsed.status = parser.Finish();
  parsed.folded = PrintFolded(tree);
  parsed.note = parser.Note();
  return parsed;
}

// As perf 6.1 prints, from `perf record -g`.
constexpr std::string_view kSample =
    "# comment\n"
    "my prog  17297 [003] 35784.523580:   10101010 cpu-clock:pppH: \n"
    "\tffffffff81001234 do_syscall_64+0x34 ([kernel.kallsyms])\n"
    "\tffffffffc0001234 ext4_read+0x4 ([ext4])\n"
    "\t           831cc knote::Scan<Epoch>(knote::Kqueue&, int)+0x4c "
    "(/usr/bin/my prog (deleted))\n"
    "\t            e151 [unknown] (/usr/lib/x86_64-linux-gnu/libc.so.6)\n"
    "\t2d004f2d00682d00 [unknown] ([unknown])\n"
    "\n";

constexpr std::string_view kFolded =
    "my prog;[unknown];[unknown in libc.so.6+0xe151];"
    "knote::Scan<Epoch>(knote::Kqueue&, int);ext4_read_[k];"
    "do_syscall_64_[k] 1\n";

TEST(PerfScript, ReadsASample) {
  const Parsed parsed = Parse(kSample);
  EXPECT_TRUE(parsed.status.ok()) << parsed.status;
  EXPECT_EQ(parsed.folded, kFolded);
  EXPECT_EQ(parsed.note, "");
}

TEST(PerfScript, IsTheSameInWhateverPieces) {
  const std::string text =
      absl::StrCat(std::string(kSample), std::string(kSample));
  for (size_t piece = 1; piece < text.size(); piece += 7)
    EXPECT_EQ(Parse(text, piece).folded, Parse(text).folded) << piece;
  // Without the last line's end, and with those of another system.
  EXPECT_EQ(Parse(kSample.substr(0, kSample.size() - 2)).folded, kFolded);
}

TEST(PerfScript, ReadsHeadersOfOtherOptions) {
  EXPECT_EQ(Parse("a 1/2 3.5: cycles: \n\t12 f (/x)\n\n"
                  "a 1/2 [001] 3.5: 7 cycles: \n\t12 f+0x1 (/x)\n\n"
                  "   a  1 3.5: cycles: \n\t12 f+0xff (/x)\n")
                .folded,
            "a;f 3\n");
  EXPECT_EQ(Parse("a b 1 \n\t12 f (/x)\n\n").folded, "a b;f 1\n");
  // Without call chains the address is in the header's line.
  EXPECT_EQ(Parse("   a 1 3.5: 1 cycles:   55d3 main+0x4 (/bin/x)\n").folded,
            "a;main 1\n");
  EXPECT_EQ(
      Parse("a 1 3.5: sched:sched_switch: prev_comm=a prev_pid=3\n").folded,
      "a 1\n");
}

TEST(PerfScript, KeepsNamesWhole) {
  const auto frame = [](const std::string& line) {
    return Parse("a 1 3.5: 1 c: \n\t1 " + line + "\n").folded;
  };
  EXPECT_EQ(frame("operator()(int) const+0x4 (/x)"),
            "a;operator()(int) const 1\n");
  EXPECT_EQ(frame("a;b<script>+0x4 (/x)"), "a;a:b<script> 1\n");
  EXPECT_EQ(frame("_ZN5knote4ScanEv+0x4 (/x)"), "a;knote::Scan() 1\n");
  EXPECT_EQ(frame("_Zbroken+0x4 (/x)"), "a;_Zbroken 1\n");
  EXPECT_EQ(frame("f (inlined)"), "a;f 1\n");
  EXPECT_EQ(frame("f ([vdso])"), "a;f 1\n");
  EXPECT_EQ(frame("x+0xyz (/x)"), "a;x+0xyz 1\n");
  EXPECT_EQ(frame("f"), "a;f 1\n");
  EXPECT_EQ(frame("\xff\x01 (/x)"), "a;\xff\x01 1\n");
}

TEST(PerfScript, DoesNotAddUpDifferentEvents) {
  const Parsed parsed = Parse(
      "a 1 3.5: 1 cycles: \n\t1 f (/x)\n\n"
      "a 1 3.6: 1 faults: \n\t1 g (/x)\n\n"
      "a 1 3.7: 1 cycles: \n\t1 f (/x)\n\n");
  EXPECT_EQ(parsed.folded, "a;f 2\n");
  EXPECT_THAT(parsed.note, HasSubstr("1 of others, such as faults"));
}

TEST(PerfScript, NamesTheLineThatIsNeither) {
  const Parsed parsed = Parse("a 1 3.5: 1 c: \n\t1 f (/x)\n\tnonsense here\n");
  EXPECT_EQ(parsed.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(parsed.status.message()), HasSubstr("line 3: "));
  EXPECT_FALSE(Parse("\t12 f (/x)\n").status.ok());
  EXPECT_FALSE(Parse("a 1 3.5: 1 c: \n\t1 f)) (/x\n").status.ok() &&
               Parse("a 1 3.5: 1 c: \n\t1 f x)\n").status.ok());
}

TEST(PerfScript, HoldsDeepStacks) {
  std::string text = "a 1 3.5: 1 c: \n", folded = "a";
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&text, "\t1 f", i, " (/x)\n");
    absl::StrAppend(&folded, ";f", 999 - i);
  }
  EXPECT_EQ(Parse(text).folded, folded + " 1\n");
}

TEST(PerfScript, IsToldFromFoldedStacks) {
  EXPECT_TRUE(LooksLikePerfScript(kSample));
  EXPECT_TRUE(LooksLikePerfScript("a b 1 \n\t12 f (/x)\n"));
  EXPECT_TRUE(LooksLikePerfScript("   a 1 3.5: 1 cycles: 5 main (/x)\n"));
  for (const char* folded :
       {"", "a 1\n", "a 1\nb 1\n", "a;b 12\nc 3\n", "swapper 0 [000] 12\n",
        "a b;c: d 1.5: 3\nx 1\n", "one two 3\n four five 6\n"})
    EXPECT_FALSE(LooksLikePerfScript(folded)) << folded;
}

}  // namespace
}  // namespace knotestat::flame

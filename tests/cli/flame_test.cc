// knotestat flame --from: profiles of others, good and bad.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FlameTest : public CliTest {
 protected:
  // What the program makes of a file with this content.
  Finished FlameOf(std::string_view content,
                   const std::string& format = "folded") {
    WriteAll(Path("profile"), content);
    return RunProgram({"flame", "--from", Path("profile"), "--format", format});
  }

  struct Seen {
    std::string kind = "on_cpu";
    int value = 0;
    int part = 0;
    std::string waker = {};
    std::string thread = {};
    int cpu = -1;
  };

  // Puts a stack of the strategy's cell into a result file.
  void AddStack(const std::string& result, const std::string& strategy,
                const std::string& folded, const Seen& seen) {
    for (const std::string& text : {folded, seen.waker})
      Query(result, "INSERT INTO folded_stacks(folded) SELECT '" + text +
                        "' WHERE '" + text +
                        "' NOT IN (SELECT folded FROM folded_stacks)");
    const auto id_of = [](const std::string& text) {
      return "(SELECT id FROM folded_stacks WHERE folded = nullif('" + text +
             "', ''))";
    };
    Query(result,
          "INSERT INTO stack_sums(cell, kind, stack, waker, thread, cpu, part, "
          "events, value) SELECT id, '" +
              seen.kind + "', " + id_of(folded) + ", " + id_of(seen.waker) +
              ", nullif('" + seen.thread + "', ''), nullif(" +
              std::to_string(seen.cpu) + ", -1), " + std::to_string(seen.part) +
              ", 1, " + std::to_string(seen.value) +
              " FROM cells WHERE strategy = '" + strategy + "'");
  }

  // Expects exit code 1, and one sentence that names the file.
  std::string ErrorOf(std::string_view content) {
    const Finished flame = FlameOf(content);
    EXPECT_EQ(flame.code, 1);
    EXPECT_EQ(flame.out, "");
    EXPECT_THAT(flame.err,
                testing::StartsWith("knotestat: " + Path("profile")));
    EXPECT_EQ(std::count(flame.err.begin(), flame.err.end(), '\n'), 1);
    return flame.err;
  }
};

TEST_F(FlameTest, DrawsFoldedStacksInEveryFormat) {
  for (const char* format :
       {"svg", "html", "folded", "speedscope", "pprof", "firefox"}) {
    const Finished flame = FlameOf("main;a 1\nmain;b 2\n", format);
    EXPECT_EQ(flame.code, 0) << format;
    EXPECT_EQ(flame.err, "") << format;
    EXPECT_GT(flame.out.size(), 15u) << format;
    EXPECT_EQ(flame.out, FlameOf("main;b 2\nmain;a 1\n", format).out) << format;
  }
}

TEST_F(FlameTest, DrawsThePerfScriptText) {
  const Finished flame = FlameOf(
      "prog 7 [000] 1.5: 1000 cycles: \n"
      "\t401000 inner+0x4 (/bin/prog)\n\t401100 outer+0x8 (/bin/prog)\n\n"
      "prog 7 [000] 1.6: 1000 faults: \n\t401000 inner+0x4 (/bin/prog)\n\n");
  EXPECT_EQ(flame.code, 0);
  EXPECT_EQ(flame.out, "prog;outer;inner 1\n");
  EXPECT_THAT(flame.err, HasSubstr("1 of others, such as faults"));
}

TEST_F(FlameTest, SaysThatAProfileIsEmpty) {
  for (const char* format : {"svg", "html"}) {
    const Finished flame = FlameOf("", format);
    EXPECT_EQ(flame.code, 0);
    EXPECT_THAT(flame.out, HasSubstr("No samples. The file holds none."));
  }
  const Finished folded = FlameOf("\n\n");
  EXPECT_EQ(folded.out, "");
  EXPECT_THAT(folded.err, HasSubstr("no stacks to draw. The file holds none"));
}

TEST_F(FlameTest, KeepsHostileNamesAsText) {
  const std::string names =
      "<script>alert(1)</script>;\"x\" onload='y';]]>;\x01\x1b[31m;\xff\xfe "
      "3\n";
  for (const char* format : {"svg", "html"}) {
    const std::string out = FlameOf(names, format).out;
    EXPECT_THAT(out, AllOf(Not(HasSubstr("<script>alert")),
                           Not(HasSubstr("\x1b")), Not(HasSubstr("\xff")),
                           HasSubstr("\\x1b[31m"), HasSubstr("\\xff\\xfe")))
        << format;
  }
  EXPECT_EQ(FlameOf(names).out, names);
}

TEST_F(FlameTest, DrawsStacksOfAThousandFrames) {
  std::string folded = "f0";
  for (int i = 1; i < 1000; ++i) folded += ";f" + std::to_string(i);
  folded += " 1\n";
  EXPECT_EQ(FlameOf(folded).out, folded);
  EXPECT_THAT(FlameOf(folded, "svg").out, HasSubstr("<title>f999 (1 samples"));
}

TEST_F(FlameTest, RefusesCountsThatDoNotFit) {
  EXPECT_THAT(ErrorOf("a 1\nb 18446744073709551616\n"),
              HasSubstr("line 2: the count does not fit in 64 bits"));
  EXPECT_THAT(ErrorOf("a 18446744073709551615\nb 1\n"),
              HasSubstr("line 2: the sum"));
  const Finished pprof = FlameOf("a 18446744073709551615\n", "pprof");
  EXPECT_EQ(pprof.code, 1);
  EXPECT_THAT(pprof.err, HasSubstr("2^63 - 1"));
}

TEST_F(FlameTest, NamesWhatIsNoProfile) {
  EXPECT_THAT(ErrorOf("hello world\n"), HasSubstr("line 1: no whole number"));
  EXPECT_THAT(ErrorOf(std::string_view("\x7f"
                                       "ELF\0\0\0",
                                       7)),
              HasSubstr("is of no form that --from knows"));
  EXPECT_THAT(ErrorOf("a 1 2.5: cycles: \n\t1 f (/x)\n\tnonsense here\n"),
              HasSubstr("line 3: "));
  const Finished missing = RunProgram({"flame", "--from", Path("none")});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr(Path("none")));
  EXPECT_EQ(RunProgram({"flame", "--from", "/dev/null"}).code, 1);
}

TEST_F(FlameTest, WantsOneSource) {
  EXPECT_THAT(RunProgram({"flame"}).err, HasSubstr("--from FILE"));
  EXPECT_EQ(RunProgram({"flame"}).code, 2);
  EXPECT_EQ(RunProgram({"flame", "x.db", "--from", "y"}).code, 2);
  EXPECT_EQ(RunProgram({"flame", "--from", "y", "--strategy", "rwlock"}).code,
            2);
}

TEST_F(FlameTest, ComparesTwoProfiles) {
  WriteAll(Path("old"), "m;a 300\nm;b 100\n");
  WriteAll(Path("new"), "m;a 100\nm;b 300\n");
  const auto compare = [&](const Arguments& more) {
    Arguments arguments = {"flame", "--from", Path("old"), "--diff",
                           Path("new")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  EXPECT_EQ(compare({"--format", "folded"}).out, "m;a 300 100\nm;b 100 300\n");
  EXPECT_THAT(compare({}).out,
              AllOf(HasSubstr("old against new"), HasSubstr("2 of 3 frames"),
                    HasSubstr("<title>a (75.00 % before, 25.00 % after: -50.00 "
                              "points [-5")));
  EXPECT_EQ(compare({"--format", "pprof"}).code, 2);
  WriteAll(Path("new"), "");
  EXPECT_EQ(compare({}).code, 1);
  EXPECT_THAT(compare({}).err, HasSubstr("no samples after"));
}

TEST_F(FlameTest, ComparesTwoStrategiesOfAResult) {
  const std::string result =
      MakeResult("run.db", {"--strategy", "epoch,rwlock"});
  for (int cell = 1; cell < 3; ++cell) {
    for (int stack = 0; stack < 2; ++stack) {
      const std::string strategy = cell == 1 ? "epoch" : "rwlock";
      AddStack(result, strategy,
               "knote::F<" + strategy + ">;f" + std::to_string(stack),
               {.value = 100 * (stack + 1) + (cell == 1 ? 1 : 0)});
    }
  }
  const auto compare = [&](const Arguments& more) {
    Arguments arguments = {"flame", result, "--format", "folded"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  EXPECT_EQ(compare({"--strategy", "epoch", "--diff-strategy", "rwlock"}).out,
            "knote::F<>;f0 101 100\nknote::F<>;f1 201 200\n");
  EXPECT_EQ(compare({"--diff", result, "--strategy", "epoch"}).out,
            "knote::F<epoch>;f0 101 101\nknote::F<epoch>;f1 201 201\n");
  EXPECT_EQ(compare({"--diff-strategy", "rwlock"}).code, 2);
  EXPECT_THAT(compare({"--strategy", "epoch", "--diff-strategy", "rwlokc"}).err,
              HasSubstr("did you mean 'rwlock'"));
  EXPECT_THAT(compare({"--diff", result, "--kind", "off-cpu"}).err,
              HasSubstr("no time before"));
}

TEST_F(FlameTest, ComparesTimesByTheirParts) {
  const std::string result =
      MakeResult("run.db", {"--strategy", "epoch,rwlock"});
  for (int part = 0; part < 6; ++part) {
    for (const char* strategy : {"epoch", "rwlock"}) {
      const int more = strategy == std::string("rwlock") ? 500 : 0;
      AddStack(result, strategy, "m;nap",
               {.kind = "off_cpu", .value = 1000 + 10 * part, .part = part});
      AddStack(result, strategy, "m;lock",
               {.kind = "off_cpu",
                .value = 300 - 20 * part + more,
                .part = part,
                .waker = "m;unlock"});
    }
  }
  const auto compare = [&](const Arguments& more) {
    Arguments arguments = {"flame",      result,  "--kind",          "off-cpu",
                           "--strategy", "epoch", "--diff-strategy", "rwlock"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  EXPECT_EQ(compare({"--format", "folded"}).out,
            "m;lock;--;unlock;m 1500 4500\nm;nap 6150 6150\n");
  EXPECT_EQ(compare({"--format", "folded", "--no-wakers"}).out,
            "m;lock 1500 4500\nm;nap 6150 6150\n");
  EXPECT_THAT(compare({"--no-wakers"}).out,
              AllOf(HasSubstr("2 of 3 frames differ"),
                    HasSubstr("<title>lock (19.61 % before, 42.25 % after: ")));
  // A file that does not say how much times vary.
  Query(result, "UPDATE stack_sums SET events = 0");
  const Finished old = compare({});
  EXPECT_EQ(old.code, 1);
  EXPECT_THAT(old.err, AllOf(HasSubstr(result), HasSubstr("older knotestat")));
}

TEST_F(FlameTest, TakesRootsInOrder) {
  const std::string result = MakeResult("run.db", {"--strategy", "epoch"});
  AddStack(result, "epoch", "m;a",
           {.value = 3, .thread = "thread 1", .cpu = 1});
  AddStack(result, "epoch", "m;a", {.value = 4, .thread = "writer", .cpu = 0});
  const auto folded = [&](const std::string& roots) {
    return RunProgram({"flame", result, "--format", "folded", "--root", roots});
  };
  EXPECT_EQ(folded("none").out, "m;a 7\n");
  EXPECT_EQ(folded("cpu,thread").out,
            "thread 1;CPU 1;m;a 3\nwriter;CPU 0;m;a 4\n");
  EXPECT_EQ(folded("strategy").out, "epoch;m;a 7\n");
  EXPECT_EQ(folded("treads").code, 2);
  EXPECT_EQ(RunProgram({"flame", "--from", "y", "--root", "cpu"}).code, 2);
}

// Of a file that was just recorded here.
class PerfDataTest : public FlameTest {
 protected:
  void SetUp() override {
    const Finished recorded =
        RunOther("perf", {"record", "-q", "-o", Path("perf.data"), "-F", "999",
                          "-g", "-e", "cpu-clock:u", "--", "sh", "-c",
                          "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"});
    if (recorded.code != 0) {
      GTEST_SKIP() << "perf record does not work here (Debian: linux-perf): "
                   << recorded.err;
    }
  }
};

TEST_F(PerfDataTest, DrawsWhatPerfRecorded) {
  const Finished script = RunOther("perf", {"script", "-i", Path("perf.data")});
  const Finished flame =
      RunProgram({"flame", "--from", Path("perf.data"), "--format", "folded"});
  EXPECT_EQ(flame.code, 0) << flame.err;
  EXPECT_EQ(flame.out, FlameOf(script.out).out);
  // Each sample has a header; comments have none.
  long headers = 0, samples = 0;
  std::istringstream lines(script.out);
  for (std::string line; std::getline(lines, line);)
    headers += !line.empty() && line[0] != '\t' && line[0] != '#';
  std::istringstream stacks(flame.out);
  for (std::string line; std::getline(stacks, line);)
    samples += std::stol(line.substr(line.rfind(' ')));
  EXPECT_GT(samples, 5);
  EXPECT_EQ(samples, headers);
}

TEST_F(PerfDataTest, SaysThatAFileIsCut) {
  const std::string whole = ReadAll(Path("perf.data"));
  for (const size_t bytes : {size_t{8}, size_t{60}, whole.size() / 3})
    EXPECT_THAT(ErrorOf(whole.substr(0, bytes)),
                HasSubstr("a perf.data file that is not whole"))
        << bytes;
}

TEST_F(PerfDataTest, SaysThatPerfIsMissing) {
  Surroundings surroundings;
  surroundings.before = [] { setenv("PATH", "/nowhere", 1); };
  const Finished flame =
      RunProgram({"flame", "--from", Path("perf.data")}, surroundings);
  EXPECT_EQ(flame.code, 1);
  EXPECT_THAT(flame.err,
              AllOf(HasSubstr("only perf can read"), HasSubstr("linux-perf")));
}

}  // namespace
}  // namespace knotestat::cli

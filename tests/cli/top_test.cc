// `knotestat top` on a terminal, and elsewhere.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l";
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";

class TopTest : public CliTest {
 protected:
  // A shell with the terminal as all three of its files, which says whether
  // top left it as it was.
  static Surroundings Terminal() {
    return {.before =
                [] {
                  dup2(STDOUT_FILENO, STDIN_FILENO);
                  setsid();
                  ioctl(STDIN_FILENO, TIOCSCTTY, 0);
                },
            .program = "sh",
            .terminal = true};
  }

  Arguments Script(const std::string& before = "") const {
    return {"-c", before +
                      "trap : INT; was=$(stty -g); " KNOTESTAT_BINARY_DIR
                      "/knotestat top " +
                      result_ +
                      "; echo \"code $?\"; [ \"$(stty -g)\" = \"$was\" ] && "
                      "echo restored"};
  }

  void AwaitResult() const {
    for (int i = 0; i < 1000; ++i) {
      if (RunProgram({"top", result_}).code == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL() << "the run stores nothing";
  }

  static size_t Count(const std::string& text, const std::string& part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos;
         at = text.find(part, at + 1))
      ++count;
    return count;
  }

  double Detaches() const {
    return Query("file:" + result_ + "?mode=ro",
                 "SELECT count(*) FROM detaches");
  }

  static void Sleep(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  }

  const std::string result_ = Path("run.db");
};

TEST_F(TopTest, PrintsOnceWhereThereIsNoTerminal) {
  MakeResult("run.db", {"--strategy", "epoch"});
  const Finished top = RunProgram({"top", result_});
  EXPECT_EQ(top.code, 0) << top.err;
  EXPECT_THAT(top.out,
              AllOf(HasSubstr("Finished: 1 of 1 launch."),
                    HasSubstr("epoch:global"), Not(HasSubstr("\x1b"))));
  EXPECT_EQ(top.err, "");
}

TEST_F(TopTest, FollowsARunUntilQ) {
  Program run({"run", "--no-bpf", "--cpus", "1", "--strategy", "epoch",
               "--seconds", "60", "-o", result_});
  AwaitResult();
  Program top(Script(), Terminal());
  Sleep(2000);
  const double before = Detaches();
  for (int i = 0; i < 1000 && Detaches() == before; ++i) Sleep(50);
  Sleep(3000);
  top.Type("xq");
  const Finished finished = top.Wait();
  run.Signal(SIGINT);
  run.Wait();
  EXPECT_THAT(finished.out,
              AllOf(HasSubstr(kEnter), HasSubstr("code 0"), HasSubstr(" left."),
                    HasSubstr("q or Ctrl-C leaves"), HasSubstr(kLeave),
                    EndsWith("restored\r\n")));
  EXPECT_GE(Count(finished.out, "\x1b[H"), 3) << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("as they are stored"))
      << "nothing was added while it was watched";
}

// Each line of standard output.
std::vector<nlohmann::json> Lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST_F(TopTest, JsonFollowsARunToItsEnd) {
  Program run({"run", "--no-bpf", "--cpus", "1", "--strategy", "epoch",
               "--seconds", "6", "-o", result_});
  AwaitResult();
  const Finished top = RunProgram({"top", result_, "--json"});
  EXPECT_EQ(run.Wait().code, 0);
  EXPECT_EQ(top.code, 0) << top.err;
  const std::vector<nlohmann::json> lines = Lines(top.out);
  ASSERT_GE(lines.size(), 2u) << top.out;
  EXPECT_EQ(lines.front()["progress"]["state"], "measuring");
  EXPECT_EQ(lines.back()["progress"]["state"], "finished");
  EXPECT_EQ(lines.back()["schema"], 1);
  EXPECT_EQ(lines.back()["file"], result_);
  // The last figures are of the whole run.
  EXPECT_EQ(
      lines.back()["figures"],
      nlohmann::json::parse(RunProgram({"report", result_, "--json"}).out));
}

TEST_F(TopTest, JsonOfAFinishedRunIsOneLine) {
  MakeResult("run.db", {"--strategy", "epoch"});
  const Finished top = RunProgram({"top", result_, "--json"});
  EXPECT_EQ(top.code, 0) << top.err;
  EXPECT_EQ(Lines(top.out).size(), 1u);
  EXPECT_EQ(RunProgram({"top", Path("none.db"), "--json"}).code, 1);
}

TEST_F(TopTest, CtrlCLeavesTheTerminalAsItWas) {
  MakeResult("run.db", {"--strategy", "epoch"});
  Program top(Script(), Terminal());
  Sleep(1500);
  top.Type("\x03");
  EXPECT_THAT(top.Wait().out, AllOf(HasSubstr(kLeave), HasSubstr("code 0"),
                                    EndsWith("restored\r\n")));
}

TEST_F(TopTest, NoColorAndAFileThatGoesAway) {
  MakeResult("run.db", {"--strategy", "epoch"});
  Program top(Script("export NO_COLOR=1; "), Terminal());
  Sleep(1500);
  std::filesystem::remove(result_);
  Sleep(3000);
  top.Type("q");
  const std::string out = top.Wait().out;
  EXPECT_THAT(out, AllOf(HasSubstr("no such file"), HasSubstr("code 0"),
                         Not(HasSubstr("\x1b[1m")), Not(HasSubstr("\x1b[2m"))));
}

// What the check above would say of colour.
TEST_F(TopTest, ColourWhereNothingForbidsIt) {
  MakeResult("run.db", {"--strategy", "epoch"});
  Program top(Script("unset NO_COLOR; "), Terminal());
  Sleep(1500);
  top.Type("q");
  EXPECT_THAT(top.Wait().out, HasSubstr("\x1b[1m"));
}

TEST_F(TopTest, PrintsOnceWhereEscapesMeanNothing) {
  MakeResult("run.db", {"--strategy", "epoch"});
  for (const char* term : {"unset TERM; ", "export TERM=dumb; "}) {
    const Finished top = RunProgram(Script(term), Terminal());
    EXPECT_THAT(top.out, AllOf(HasSubstr("epoch:global"), HasSubstr("code 0"),
                               Not(HasSubstr("\x1b"))))
        << term;
  }
}

TEST_F(TopTest, ANarrowTerminalGetsShorterLines) {
  MakeResult("run.db", {"--strategy", "epoch"});
  Program top(Script("stty rows 30 cols 40; "), Terminal());
  Sleep(1500);
  top.Type("q");
  const std::string out = top.Wait().out;
  EXPECT_THAT(out, HasSubstr("epoch:global"));
  // The bar fills the width.
  EXPECT_THAT(out, HasSubstr("[" + std::string(38, '#') + "]"));
}

TEST_F(TopTest, NoFileIsOneSentence) {
  const Finished top = RunProgram({"top", Path("nothing.db")});
  EXPECT_EQ(top.code, 1);
  EXPECT_THAT(top.err, HasSubstr("nothing.db: no such file"));
  EXPECT_EQ(RunProgram({"top"}).code, 2);
}

}  // namespace
}  // namespace knotestat::cli

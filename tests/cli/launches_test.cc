// A run is several launches: processes of their own that can crash, be killed,
// and be gone on with.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class LaunchesTest : public CliTest {
 protected:
  // A run of `seconds` into result_.
  Arguments Sweep(const Arguments& more, const char* seconds = "0.3") const {
    Arguments all = {"sweep",  "--no-bpf",  "--workloads", "submit",
                     "--cpus", "1",         "--strategy",  "epoch",
                     "--json", "--seconds", seconds,       "-o",
                     result_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  double Count(const std::string& what) const {
    return Query("file:" + result_ + "?mode=ro",
                 "SELECT count(*) FROM " + what);
  }

  const std::string result_ = Path("run.db");
};

pid_t ParentOf(const std::filesystem::path& process) {
  std::ifstream status(process / "status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
  }
  return 0;
}

// The process that measures for `parent`, once there is one.
pid_t ChildOf(pid_t parent) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      if (isdigit(entry.path().filename().string()[0]) != 0 &&
          ParentOf(entry.path()) == parent)
        return std::stoi(entry.path().filename());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ADD_FAILURE() << "no process measures";
  return 0;
}

bool Ends(pid_t pid) {
  for (int attempt = 0; attempt < 400; ++attempt) {
    if (kill(pid, 0) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_F(LaunchesTest, EachHasRoundsOfItsOwnInEveryCell) {
  const Finished run = RunProgram(Sweep({"--launches", "3"}));
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(Count("launches WHERE finished = 1 AND first_cell = 1"), 3);
  EXPECT_EQ(Count("(SELECT DISTINCT cell, launch FROM blocks)"), 6);
  // No round is in two launches.
  EXPECT_EQ(Count("(SELECT DISTINCT launch, round, kind FROM blocks)"),
            Count("(SELECT DISTINCT round, kind FROM blocks)"));
}

TEST_F(LaunchesTest, ShareTheDetaches) {
  const Finished run =
      RunProgram(Sweep({"--launches", "3", "--detaches", "23"}));
  ASSERT_EQ(run.code, 0) << run.err;
  const json figures = ParseJson(run.out);
  for (const json& cell : figures["cells"])
    EXPECT_EQ(cell["klist_fini_ns"]["count"], 23);
  EXPECT_EQ(Count("(SELECT DISTINCT launch FROM detaches)"), 3);
}

TEST_F(LaunchesTest, ACrashIsASentenceAndLosesNothing) {
  Program run(Sweep({"--launches", "2"}, "60"));
  const pid_t child = ChildOf(run.pid());
  ASSERT_GT(child, 0);
  for (int i = 0; i < 400 && Count("blocks") < 10; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  kill(child, SIGSEGV);
  const Finished finished = run.Wait();
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.err, HasSubstr("ended by signal 11"));
  EXPECT_GE(Count("blocks"), 10);
  EXPECT_EQ(RunProgram({"report", result_}).code, 0);
}

TEST_F(LaunchesTest, NoProcessOutlivesAKill) {
  Program run(Sweep({}, "60"));
  const pid_t child = ChildOf(run.pid());
  ASSERT_GT(child, 0);
  run.Signal(SIGKILL);
  EXPECT_EQ(run.Wait().code, 128 + SIGKILL);
  EXPECT_TRUE(Ends(child)) << child;
}

TEST_F(LaunchesTest, ResumeMeasuresWhatIsMissing) {
  Program run(Sweep({"--launches", "3"}, "6"));
  ASSERT_GT(ChildOf(run.pid()), 0);
  // In the middle of the second launch, which leaves rows.
  for (int i = 0; i < 4000 && Count("blocks WHERE launch = 2") < 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  run.Signal(SIGKILL);
  run.Wait();
  const double before = Count("blocks");
  ASSERT_GT(Count("blocks WHERE launch = 2"), 0);
  ASSERT_EQ(Count("launches WHERE finished = 1"), 1);
  ASSERT_EQ(Query(result_, "SELECT finished FROM context"), 0);

  const Finished resumed = RunProgram({"resume", result_, "--json"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(Count("launches WHERE finished = 1"), 3);
  EXPECT_EQ(Count("cells"), 2);
  EXPECT_GT(Count("blocks"), before);
  // No launch numbers its rounds as another does.
  EXPECT_EQ(Count("(SELECT 1 FROM blocks GROUP BY cell, kind, path, probe, "
                  "thread, round HAVING COUNT(DISTINCT launch) > 1)"),
            0);
  EXPECT_EQ(ParseJson(resumed.out)["finished"], true);

  const Finished again = RunProgram({"resume", result_});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("is finished"));
}

TEST_F(LaunchesTest, ResumeRefusesAnotherMachine) {
  ASSERT_EQ(RunProgram(Sweep({})).code, 0);
  Query(result_, "UPDATE context SET finished = 0, host = 'elsewhere'");
  const Finished resumed = RunProgram({"resume", result_});
  EXPECT_EQ(resumed.code, 1);
  EXPECT_THAT(resumed.err, HasSubstr("was begun on elsewhere"));
}

TEST_F(LaunchesTest, ResumeRefusesARunInProgress) {
  Program run(Sweep({}, "60"));
  ChildOf(run.pid());
  const Finished resumed = RunProgram({"resume", result_});
  EXPECT_EQ(resumed.code, 1);
  EXPECT_THAT(resumed.err, HasSubstr("another knotestat is writing it"));
  const Finished over = RunProgram({"run", "--no-bpf", "-o", result_});
  EXPECT_EQ(over.code, 1);
  EXPECT_THAT(over.err, HasSubstr("another knotestat is writing it"));
}

TEST_F(LaunchesTest, OfSeveralFilesCanBeMerged) {
  ASSERT_EQ(RunProgram(Sweep({"--launches", "2", "--detaches", "8"})).code, 0);
  const std::string second = Path("second.db");
  std::filesystem::copy_file(result_, second);
  const std::string both = Path("both.db");
  const Finished twice = RunProgram({"merge", result_, second, "-o", both});
  EXPECT_EQ(twice.code, 1);
  EXPECT_THAT(twice.err, HasSubstr("would count twice"));
  Query(second, "UPDATE launches SET started_at = started_at || ' or so'");
  const Finished merged = RunProgram({"merge", result_, second, "-o", both});
  ASSERT_EQ(merged.code, 0) << merged.err;
  EXPECT_EQ(Query(both, "SELECT count(*) FROM launches"), 4);
  EXPECT_EQ(Query(both, "SELECT count(*) FROM cells"), 2);
  EXPECT_EQ(Query(both, "SELECT count(*) FROM blocks"), 2 * Count("blocks"));
  const Finished report = RunProgram({"report", both, "--json"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(CellOf(ParseJson(report.out), "epoch")["klist_fini_ns"]["count"],
            16);
  EXPECT_EQ(RunProgram({"merge", result_, second, "-o", both}).code, 1);
  EXPECT_EQ(RunProgram({"merge", result_, "-o", Path("c.db")}).code, 2);
}

TEST_F(LaunchesTest, StopOnceTheyArePreciseEnough) {
  const Finished run =
      RunProgram(Sweep({"--launches", "2", "--precision", "100000ns"}));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(Count("launches"), 2);
}

TEST_F(LaunchesTest, StopWhenTimeIsUpAndSaySo) {
  const Finished run = RunProgram(Sweep(
      {"--launches", "1", "--precision", "0.0000001ns", "--max-time", "1"}));
  EXPECT_EQ(run.code, 5) << run.err;
  EXPECT_THAT(run.err, HasSubstr("wider than --precision 0.0000001ns"));
  EXPECT_GE(Count("launches WHERE finished = 1"), 1);
}

TEST_F(LaunchesTest, ResumeGoesOnAfterMaxTime) {
  const Finished run =
      RunProgram(Sweep({"--launches", "4", "--max-time", "0.5"}, "2"));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("knotestat resume " + result_));
  EXPECT_EQ(ParseJson(run.out)["finished"], false);
  const double before = Count("launches WHERE finished = 1");
  EXPECT_LT(before, 4);
  EXPECT_THAT(RunProgram({"report", result_}).out, HasSubstr("INCOMPLETE"));
  const Finished resumed = RunProgram({"resume", result_});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_GT(Count("launches WHERE finished = 1"), before);
}

TEST_F(LaunchesTest, BadPrecisionIsRefused) {
  for (const char* wrong : {"1", "x%", "-1ns", "0%", "nanns", "1e99%"}) {
    const Finished run = RunProgram(Sweep({"--precision", wrong}));
    EXPECT_EQ(run.code, 2) << wrong;
    EXPECT_THAT(run.err, HasSubstr("such as 0.05ns or 1%")) << wrong;
  }
  EXPECT_FALSE(std::filesystem::exists(result_));
}

TEST_F(LaunchesTest, LaunchIsNotForUsers) {
  EXPECT_EQ(RunProgram({"launch", "0"}).code, 1);
  EXPECT_THAT(RunProgram({"--help"}).out, testing::Not(HasSubstr("launch ")));
}

}  // namespace
}  // namespace knotestat::cli

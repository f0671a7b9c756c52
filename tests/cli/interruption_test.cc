// Ctrl-C, SIGTERM, SIGKILL and a full disk in the middle of a run: what was
// measured is reported, or at least readable.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// Long enough that a signal always comes first.
Arguments LongRun(const std::string& result) {
  return {"run",          "--no-bpf",  "--cpus", "1",  "--json", "--strategy",
          "epoch,rwlock", "--seconds", "60",     "-o", result};
}

class InterruptionTest : public CliTest {
 protected:
  // Waits until the run has stored `count` blocks of each of its cells.
  void AwaitBlocks(int count) {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const Finished report = RunProgram({"report", result_, "--json"});
      if (report.code != 0) continue;  // it has hardly begun
      const auto figures = ParseJson(report.out);
      EXPECT_EQ(figures["finished"], false);
      if (figures["cells"].size() == 3 &&
          CellOf(figures, "rwlock")["paths"]["submit"].contains("ns_per_op") &&
          Blocks() >= count)
        return;
    }
    FAIL() << "the run stores nothing";
  }

  int Blocks() {
    return static_cast<int>(
        Query("file:" + result_ + "?mode=ro", "SELECT COUNT(*) FROM blocks"));
  }

  const std::string result_ = Path("run.db");
};

class SignalTest : public InterruptionTest,
                   public testing::WithParamInterface<int> {};

TEST_P(SignalTest, IsCode130AndKeepsWhatWasMeasured) {
  Program run(LongRun(result_));
  AwaitBlocks(1);
  run.Signal(GetParam());
  const Finished finished = run.Wait();
  EXPECT_EQ(finished.code, 130);
  EXPECT_THAT(finished.err, HasSubstr("interrupted"));
  EXPECT_THAT(finished.err, HasSubstr("knotestat resume " + result_));
  const auto printed = ParseJson(finished.out);
  EXPECT_EQ(printed["finished"], false);
  EXPECT_TRUE(
      CellOf(printed, "rwlock")["paths"]["submit"].contains("ns_per_op"));
  const Finished report = RunProgram({"report", result_, "--json"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(report.out, finished.out);
  for (const char* command : {"flame", "choose"})
    EXPECT_THAT(RunProgram({command, result_}).code, testing::AnyOf(0, 5));
  EXPECT_FALSE(std::filesystem::exists(result_ + "-wal"));
}

INSTANTIATE_TEST_SUITE_P(Signals, SignalTest,
                         testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& test) {
                           return test.param == SIGINT    ? "CtrlC"
                                  : test.param == SIGTERM ? "SigTerm"
                                                          : "SigHup";
                         });

TEST_F(InterruptionTest, BeforeAnythingIsMeasuredToo) {
  for (const int delay_ms : {1, 20, 60, 150}) {
    std::filesystem::remove(result_);
    Program run(LongRun(result_));
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    run.Signal(SIGINT);
    const Finished finished = run.Wait();
    // 130 by exit(), or by the signal itself before there was a handler.
    EXPECT_EQ(finished.code, 130) << delay_ms << " ms";
    if (std::filesystem::exists(result_) &&
        std::filesystem::file_size(result_) > 0) {
      EXPECT_EQ(RunProgram({"report", result_}).code, 0) << delay_ms << " ms";
    }
  }
}

TEST_F(InterruptionTest, PlaysThatHaveEndedAreKept) {
  Program run({"run", "--workload", "truth", "--no-bpf", "-o", result_});
  const std::string uri = "file:" + result_ + "?mode=ro";
  const auto plays = [&] {
    return std::filesystem::exists(result_) &&
                   Query(uri,
                         "SELECT COUNT(*) FROM sqlite_master "
                         "WHERE name = 'truths'") > 0
               ? Query(uri, "SELECT COUNT(*) FROM truths")
               : 0;
  };
  for (int attempt = 0; attempt < 1000 && plays() < 2; ++attempt)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  run.Signal(SIGINT);
  const Finished finished = run.Wait();
  EXPECT_EQ(finished.code, 130);
  EXPECT_THAT(finished.err, testing::ContainsRegex(
                                "interrupted after [0-9]+ of [0-9]+ plays"));
  const auto kept = plays();
  EXPECT_GE(kept, 2);
  EXPECT_THAT(finished.err,
              HasSubstr("after " + std::to_string(static_cast<int>(kept))));
  EXPECT_EQ(RunProgram({"report", result_}).code, 0);
}

TEST_F(InterruptionTest, AKilledRunIsReadable) {
  Program run(LongRun(result_));
  AwaitBlocks(30);
  run.Signal(SIGKILL);
  EXPECT_EQ(run.Wait().code, 128 + SIGKILL);
  const std::string before = ReadAll(result_);
  const Finished report = RunProgram({"report", result_, "--json"});
  EXPECT_EQ(report.code, 0) << report.err;
  const auto figures = ParseJson(report.out);
  EXPECT_EQ(figures["finished"], false);
  EXPECT_TRUE(
      CellOf(figures, "epoch")["paths"]["submit"].contains("ns_per_op"));
  EXPECT_EQ(ReadAll(result_), before);
}

// A file system of 300 KiB, so that a run outgrows it.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& folder) : folder_(folder) {
    std::filesystem::create_directory(folder);
    mounted_ = mount("none", folder.c_str(), "tmpfs", 0, "size=300k") == 0;
    if (!mounted_) error_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& error() const { return error_; }

 private:
  const std::string folder_;
  bool mounted_ = false;
  std::string error_;
};

TEST_F(InterruptionTest, AFullDiskEndsTheRunAndKeepsItsBlocks) {
  const SmallDisk disk(Path("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: " << disk.error();
  const std::string result = Path("disk/run.db");
  const Finished run = RunProgram(LongRun(result));
  EXPECT_EQ(run.code, 1);
  // One sentence, that names the file and what is wrong with it.
  EXPECT_THAT(run.err, HasSubstr(result));
  EXPECT_THAT(run.err, HasSubstr("full"));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 2)  // and -o's
      << run.err;
  const Finished report = RunProgram({"report", result, "--json"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(ParseJson(report.out)["finished"], false);
  // What the run itself showed at its end is what the file holds.
  EXPECT_EQ(report.out, run.out);
  EXPECT_TRUE(
      CellOf(ParseJson(report.out), "epoch")["paths"]["submit"].contains(
          "ns_per_op"));
}

TEST_F(InterruptionTest, NoRoomForTheReportLeavesNoHalfOfIt) {
  MakeResult("good.db", {"--strategy", "none"});
  const SmallDisk disk(Path("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs: " << disk.error();
  WriteAll(Path("disk/ballast"), std::string(1 << 20, 'x'));
  const Finished report =
      RunProgram({"report", Path("good.db"), "--html", Path("disk/page.html")});
  EXPECT_EQ(report.code, 1);
  EXPECT_THAT(report.err, HasSubstr("No space left"));
  EXPECT_FALSE(std::filesystem::exists(Path("disk/page.html")));
  EXPECT_FALSE(std::filesystem::exists(Path("disk/page.html.unfinished")));
}

}  // namespace
}  // namespace knotestat::cli

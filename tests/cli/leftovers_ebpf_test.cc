// However a run ends, nothing of it stays in the kernel, and its file is
// readable.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "tests/cli/ebpf.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;

// "prog 17", "map 4" and so on: what the open files of `pid` keep in the
// kernel.
std::set<std::string> ObjectsOf(pid_t pid) {
  std::set<std::string> objects;
  const std::string folder = "/proc/" + std::to_string(pid) + "/fdinfo";
  std::error_code gone;
  for (const auto& file : std::filesystem::directory_iterator(folder, gone)) {
    std::istringstream lines(ReadAll(file.path()));
    std::string key, value;
    while (lines >> key >> value) {
      for (const char* kind : {"prog", "map", "link"}) {
        if (key == std::string(kind) + "_id:")
          objects.insert(std::string(kind) + " " + value);
      }
    }
  }
  return objects;
}

// The same for everything that the kernel holds.
std::set<std::string> AllObjects() {
  std::set<std::string> objects;
  for (const char* kind : {"prog", "map", "link"}) {
    const Finished shown = RunOther("bpftool", {"-j", kind, "show"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    for (const json& object : ParseJson(shown.out))
      objects.insert(std::string(kind) + " " + object["id"].dump());
  }
  return objects;
}

class LeftoversEbpfTest : public EbpfTest {
 protected:
  void SetUp() override {
    EbpfTest::SetUp();
    if (!IsSkipped() && RunOther("bpftool", {"version"}).code != 0)
      GTEST_SKIP() << "needs the Debian package bpftool";
  }

  Arguments LongRun() const {
    return {"run",   "--require-bpf", "--cpus", "1",  "--strategy",
            "epoch", "--seconds",     "60",     "-o", Path("run.db")};
  }

  // Sends `signal` and expects `code`; nothing that the run held at that
  // moment may stay. Stopped meanwhile, so that it cannot get anything new.
  static void End(Program& run, int signal, int code) {
    const pid_t pid = run.pid();
    run.Signal(SIGSTOP);
    const std::set<std::string> held = ObjectsOf(pid);
    run.Signal(signal);
    run.Signal(SIGCONT);
    const Finished finished = run.Wait();
    EXPECT_EQ(finished.code, code) << finished.err;
    EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
    std::set<std::string> left;
    // The kernel frees a little after the end.
    for (int attempt = 0; attempt < 100; ++attempt) {
      left.clear();
      const std::set<std::string> all = AllObjects();
      std::set_intersection(held.begin(), held.end(), all.begin(), all.end(),
                            std::inserter(left, left.end()));
      if (left.empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_THAT(left, testing::IsEmpty());
    ExpectNoUprobes(pid);
  }

  // Those of perf_event_open() go with their file; named ones would stay.
  static void ExpectNoUprobes(pid_t pid) {
    for (const char* file : {"/sys/kernel/tracing/uprobe_events",
                             "/sys/kernel/debug/tracing/uprobe_events"})
      EXPECT_THAT(ReadAll(file),
                  testing::Not(testing::HasSubstr(std::to_string(pid))));
  }

  static void AwaitPrograms(const Program& run) {
    for (int attempt = 0; attempt < 3000; ++attempt) {
      for (const std::string& object : ObjectsOf(run.pid())) {
        if (object.starts_with("prog ")) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL() << "no BPF program was loaded within a minute";
  }

  void ExpectReadable() const {
    const std::string file = Path("run.db");
    // Killed before it began: no file, or an empty one.
    if (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0)
      return;
    const Finished report = RunProgram({"report", file});
    EXPECT_EQ(report.code, 0) << report.err;
  }
};

TEST_F(LeftoversEbpfTest, TheChecksSeeWhatARunHolds) {
  Program run(LongRun());
  AwaitPrograms(run);
  run.Signal(SIGSTOP);
  const std::set<std::string> held = ObjectsOf(run.pid()), all = AllObjects();
  EXPECT_THAT(held, testing::Contains(testing::StartsWith("prog ")));
  EXPECT_TRUE(std::includes(all.begin(), all.end(), held.begin(), held.end()));
}

TEST_F(LeftoversEbpfTest, NothingStaysAfterSigkill) {
  std::mt19937 random(2);
  for (int i = 0; i < 4; ++i) {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(Path("run.db") + suffix);
    Program run(LongRun());
    AwaitPrograms(run);
    std::this_thread::sleep_for(std::chrono::milliseconds(
        std::uniform_int_distribution<int>(0, 2000)(random)));
    End(run, SIGKILL, 128 + SIGKILL);
    ExpectReadable();
  }
}

TEST_F(LeftoversEbpfTest, NothingStaysAfterCtrlC) {
  Program run(LongRun());
  AwaitPrograms(run);
  End(run, SIGINT, 130);
  ExpectReadable();
}

}  // namespace
}  // namespace knotestat::cli

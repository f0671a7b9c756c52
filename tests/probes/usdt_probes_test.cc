// The probes on USDT sites, attached to this process: what is fired is counted,
// exactly, where it belongs, and by another tool too.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "live_probe.h"
#include "nlohmann/json.hpp"
#include "probes/usdt/usdt.h"

namespace knotestat::probes {
namespace {

class UsdtProbes : public LiveProbe {};

void FireFinis(int times, uint64_t wait_ns = 1000) {
  for (int i = 0; i < times; i++) {
    usdt::FireKlistFini(100, wait_ns, 10, 3, "test");
  }
}

TEST_F(UsdtProbes, KlistFiniFired23TimesReads23) {
  Start("klist_fini");
  FireFinis(kTwentyThree);
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.count"), kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.knotes"), 3 * kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.total.max_ns"), 1110);
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.wait.sum_ns"), 1000 * kTwentyThree);
  for (const char* phase : {"publish", "wait", "reclaim", "total", "knotes"}) {
    EXPECT_EQ(CountOf(seen, std::string("bpf.klist_fini.") + phase),
              static_cast<uint64_t>(kTwentyThree));
  }
  EXPECT_EQ(seen.lost, 0u);
}

TEST_F(UsdtProbes, EachArgumentGoesToItsOwnHistogram) {
  Start("klist_fini");
  usdt::FireKlistFini(3, 50'000, 700, 9, "test");
  Observations seen = Finish();
  auto only = [&](const std::string& name, uint64_t value) {
    const std::vector<Bucket>& buckets = seen.histograms[name];
    ASSERT_EQ(buckets.size(), 1u) << name;
    EXPECT_LE(buckets[0].lower_ns, value) << name;
    EXPECT_GT(buckets[0].upper_ns, value) << name;
  };
  only("bpf.klist_fini.publish", 3);
  only("bpf.klist_fini.wait", 50'000);
  only("bpf.klist_fini.reclaim", 700);
  only("bpf.klist_fini.total", 50'703);
  only("bpf.klist_fini.knotes", 9);
}

TEST_F(UsdtProbes, MaximumIsExactWhateverTheOrder) {
  Start("klist_fini");
  FireFinis(1, 5);
  FireFinis(1, 123'456'789);
  FireFinis(1, 77);
  EXPECT_EQ(Counter(Finish(), "bpf.klist_fini.wait.max_ns"), 123'456'789);
}

TEST_F(UsdtProbes, HugeValuesLandInTheLastBucket) {
  Start("klist_fini");
  FireFinis(1, uint64_t{1} << 50);
  Observations seen = Finish();
  const std::vector<Bucket>& wait = seen.histograms["bpf.klist_fini.wait"];
  ASSERT_EQ(wait.size(), 1u);
  EXPECT_EQ(wait[0].lower_ns, uint64_t{1} << 40);
}

TEST_F(UsdtProbes, WaitingReadersAndWritersAreKeptApart) {
  Start("reader_blocked");
  for (int i = 0; i < kTwentyThree; i++) usdt::FireReaderBlocked(1500, "test");
  for (int i = 0; i < 7; i++) usdt::FireWriterWaiting(90'000, "test");
  usdt::FireReaderBlocked(200, "test", usdt::BlockedBy::kWriter);
  for (int i = 0; i < 3; i++)
    usdt::FireReaderBlocked(400, "test", usdt::BlockedBy::kWaitingWriter);
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.count"), kTwentyThree + 4);
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.by_writer.count"), 1);
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.by_writer.sum_ns"), 200);
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.by_waiting_writer.count"), 3);
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.by_waiting_writer.sum_ns"), 1200);
  EXPECT_EQ(Counter(seen, "bpf.reader_blocked.max_ns"), 1500);
  EXPECT_EQ(Counter(seen, "bpf.writer_waiting.count"), 7);
  EXPECT_EQ(Counter(seen, "bpf.writer_waiting.max_ns"), 90'000);
  EXPECT_EQ(CountOf(seen, "bpf.reader_blocked"),
            static_cast<uint64_t>(kTwentyThree) + 4);
  EXPECT_EQ(CountOf(seen, "bpf.writer_waiting"), 7u);
}

TEST_F(UsdtProbes, ReaderSectionFired23TimesReads23) {
  Start("reader_section");
  for (int i = 0; i < kTwentyThree; i++) usdt::FireReaderSection(42, "test");
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.reader_section.count"), kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.reader_section.sum_ns"), 42 * kTwentyThree);
  EXPECT_EQ(Counter(seen, "bpf.reader_section.max_ns"), 42);
}

TEST_F(UsdtProbes, NothingHappenedIsACountOfZeroWithoutMaximum) {
  Start("reader_section");
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.reader_section.count"), 0);
  EXPECT_EQ(seen.counters.count("bpf.reader_section.max_ns"), 0u);
}

TEST_F(UsdtProbes, ThreadsTogetherLoseNothing) {
  Start("klist_fini");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([i] { FireFinis(2300, 1000u + unsigned(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  const Observations seen = Finish();
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.count"), 4 * 2300);
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.wait.sum_ns"),
            2300 * (1000 + 1001 + 1002 + 1003));
  EXPECT_EQ(Counter(seen, "bpf.klist_fini.wait.max_ns"), 1003);
  EXPECT_EQ(CountOf(seen, "bpf.klist_fini.wait"), 4u * 2300);
  EXPECT_EQ(seen.lost, 0u);
}

TEST_F(UsdtProbes, SlotsDoNotMix) {
  Start("klist_fini");
  FireFinis(kTwentyThree);
  set_.SetSlot(kMaxSlots - 1);
  FireFinis(5);
  set_.SetSlot(kNoSlot);
  FireFinis(11);
  set_.SetSlot(kMaxSlots);  // beyond the last: none, too
  FireFinis(11);
  EXPECT_EQ(Counter(Take(0), "bpf.klist_fini.count"), kTwentyThree);
  EXPECT_EQ(Counter(Take(kMaxSlots - 1), "bpf.klist_fini.count"), 5);
  EXPECT_EQ(Counter(Take(1), "bpf.klist_fini.count"), 0);
  EXPECT_EQ(Counter(Take(0), "bpf.klist_fini.count"), 0) << "taken twice";
}

TEST_F(UsdtProbes, CountsOnlyWhileAttached) {
  Start("klist_fini");
  FireFinis(2);
  EXPECT_TRUE(usdt::KlistFiniWatched());
  set_.DetachAll();
  EXPECT_FALSE(usdt::KlistFiniWatched());
  FireFinis(100);
  ASSERT_EQ(set_.AttachAll(), absl::OkStatus());
  FireFinis(kTwentyThree);
  EXPECT_EQ(Counter(Finish(), "bpf.klist_fini.count"), kTwentyThree + 2);
}

// bpftrace in a process of its own, watching the same site of this process.
class Bpftrace {
 public:
  explicit Bpftrace(const std::string& program) {
    const std::string pid = std::to_string(getpid());
    child_ = fork();
    if (child_ == 0) {
      const int output = creat(output_.c_str(), 0600);
      dup2(output, STDOUT_FILENO);
      dup2(output, STDERR_FILENO);  // its complaints are not JSON: ignored
      execlp("bpftrace", "bpftrace", "-p", pid.c_str(), "-f", "json", "-e",
             program.c_str(), nullptr);
      _exit(127);
    }
  }
  // Stops it and returns the maps that it prints, by name.
  nlohmann::json Stop() {
    kill(child_, SIGINT);
    waitpid(child_, nullptr, 0);
    nlohmann::json maps;
    std::ifstream file(output_);
    for (std::string line; std::getline(file, line);) {
      nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
      if (json.is_object() && json["type"] != "attached_probes") {
        maps.update(json["data"]);
      }
    }
    return maps;
  }

 private:
  std::string output_ = testing::TempDir() + "bpftrace.json";
  pid_t child_ = -1;
};

TEST_F(UsdtProbes, BpftraceCountsTheSame) {
  if (std::system("command -v bpftrace >/dev/null") != 0) {
    GTEST_SKIP() << "bpftrace is not installed";
  }
  char path[4096] = {};
  ASSERT_GT(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
  Bpftrace oracle("usdt:" + std::string(path) +
                  ":knotestat:klist__fini { @count = count(); "
                  "@wait = sum(arg1); @most = max(arg0 + arg1 + arg2); "
                  "@who[str(arg4)] = count(); }");
  // Its listening raises the semaphore.
  for (int i = 0; i < 600 && !usdt::KlistFiniWatched(); i++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ASSERT_TRUE(usdt::KlistFiniWatched()) << "bpftrace did not attach";
  Start("klist_fini");
  FireFinis(kTwentyThree, 4321);
  const Observations seen = Finish();
  const nlohmann::json maps = oracle.Stop();
  SCOPED_TRACE(maps.dump());
  EXPECT_EQ(maps["@count"], kTwentyThree);
  EXPECT_EQ(maps["@count"], Counter(seen, "bpf.klist_fini.count"));
  EXPECT_EQ(maps["@wait"], Counter(seen, "bpf.klist_fini.wait.sum_ns"));
  EXPECT_EQ(maps["@most"], Counter(seen, "bpf.klist_fini.total.max_ns"));
  EXPECT_EQ(maps["@who"]["test"], kTwentyThree);
}

}  // namespace
}  // namespace knotestat::probes

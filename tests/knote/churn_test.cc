// Threads that come and go, change CPUs, outnumber them, or stay behind in a
// fork, under every strategy while devices are detached.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "knote/env/hw_env.h"
#include "knote/env/thread_registry.h"
#include "tests/knote/affinity.h"
#include "tests/knote/stress.h"

namespace knote {
namespace {

class ChurnTest : public testing::TestWithParam<StrategyEntry> {
 protected:
  void SetUp() override {
    if (auto missing = StrategyUnavailable(GetParam().info))
      GTEST_SKIP() << *missing;
  }

  static Load MixedLoad() {
    Load load;
    load.processes = 2;
    load.devices = 4;
    load.knotes_per_device = 2;
    load.mix = {2, 2, 1};
    load.free_softcs = GetParam().info.safe;
    return load;
  }

  static void ExpectSound(const StressResult& result) {
    EXPECT_GT(result.detaches, 0);
    if (GetParam().info.safe) {
      EXPECT_EQ(result.violations, 0u);
    }
  }
};

TEST_P(ChurnTest, ThreadsThatKeepChangingTheirCpu) {
  const std::vector<int> cpus = AllowedCpus();
  StressPlan plan;
  plan.operations = 8;
  plan.between = [&](int thread, int turn) {
    MoveTo(cpus[static_cast<size_t>(thread + turn) % cpus.size()]);
  };
  ExpectSound(Stress(GetParam(), MixedLoad(), plan));
}

TEST_P(ChurnTest, MoreThreadsThanCpus) {
  Load load = MixedLoad();
  load.threads = 2 * static_cast<int>(AllowedCpus().size());
  load.devices = load.total_threads();  // something to do for each
  ExpectSound(Stress(GetParam(), load));
}

// Each load thread's work is done by one short-lived thread after the other.
TEST_P(ChurnTest, ThreadsThatJoinAndLeaveByTheThousand) {
  constexpr int kGenerations = 500;
  Load load = MixedLoad();
  load.submit_by_contract = SubmitNeedsContract(GetParam().info, load);
  const auto world = GetParam().make(load);
  std::atomic<int> running{load.total_threads()};
  std::vector<std::thread> successions;
  for (int t = 0; t < load.total_threads(); ++t) {
    successions.emplace_back([&, t] {
      for (int generation = 0; generation < kGenerations; ++generation) {
        std::thread([&] {
          world->EnterThread(t);
          Samples samples;
          world->Sample(t, 8, 8, samples);
          world->LeaveThread(t);
        }).join();
      }
      --running;
    });
  }
  const int writer = load.total_threads();
  world->EnterThread(writer);
  StressResult result;
  for (; running != 0; ++result.detaches)
    world->Detach(result.detaches % load.devices);
  for (auto& succession : successions) succession.join();
  world->LeaveThread(writer);
  result.violations = world->OracleViolations();
  ExpectSound(result);
}

// A process that forks goes on in the child with the one thread that it has
// there; the others are gone, out of their sections, with their records left.
using ForkTest = ChurnTest;

TEST_P(ForkTest, AForkedChildGoesOnAlone) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer does not follow a fork with threads";
#endif
  Load load = MixedLoad();
  load.submit_by_contract = SubmitNeedsContract(GetParam().info, load);
  const auto world = GetParam().make(load);
  const int writer = load.total_threads();
  const auto use = [&](int thread) {
    Samples samples;
    world->Sample(thread, 64, 8, samples);
  };
  std::atomic<bool> idle{false}, leave{false};
  std::thread other([&] {
    world->EnterThread(1);
    use(1);
    idle = true;
    while (!leave) std::this_thread::yield();
    use(1);
    world->LeaveThread(1);
  });
  world->EnterThread(0);
  world->EnterThread(writer);
  const auto use_and_detach = [&] {
    for (int turn = 0; turn < 50; ++turn) {
      use(0);
      world->Detach(turn % load.devices);
    }
  };
  use_and_detach();
  while (!idle) std::this_thread::yield();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(60);  // in case that it waits for the thread that is gone
    use_and_detach();
    _exit(world->OracleViolations() == 0 ? 0 : 1);
  }
  leave = true;
  use_and_detach();
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  other.join();
  world->LeaveThread(writer);
  world->LeaveThread(0);
  EXPECT_EQ(world->OracleViolations(), 0u);
}

std::vector<StrategyEntry> UnderChurn() {
  std::vector<StrategyEntry> entries;
  for (const StrategyEntry& entry : Strategies()) {
    if (entry.info.group == Group::kControl) continue;
#if defined(__SANITIZE_THREAD__)
    if (entry.info.group == Group::kPeer) continue;  // see stress_test.cc
#endif
    entries.push_back(entry);
  }
  return entries;
}

std::string NameOfChurn(const testing::TestParamInfo<StrategyEntry>& test) {
  return std::string(test.param.info.name) + "_" +
         std::string(test.param.info.scope);
}

INSTANTIATE_TEST_SUITE_P(Strategies, ChurnTest, testing::ValuesIn(UnderChurn()),
                         NameOfChurn);

// What a library does after a fork is its own affair.
std::vector<StrategyEntry> OwnStrategies() {
  std::vector<StrategyEntry> own = UnderChurn();
  std::erase_if(own, [](const StrategyEntry& entry) {
    return entry.info.group != Group::kOwn;
  });
  return own;
}

INSTANTIATE_TEST_SUITE_P(Strategies, ForkTest,
                         testing::ValuesIn(OwnStrategies()), NameOfChurn);

// What strategies keep of a thread is a record of its registry: it goes to the
// next thread, so there are about as many as threads at one time.
TEST(ThreadRegistry, RecordsOfExitedThreadsAreUsedAgain) {
  struct Record {
    int uses = 0;  // the owner's own
  };
  constexpr int kAtATime = 4, kGenerations = 1000;
  ThreadRegistry<HwEnv, Record> registry;
  std::vector<std::thread> successions;
  for (int t = 0; t < kAtATime; ++t) {
    successions.emplace_back([&] {
      for (int generation = 0; generation < kGenerations; ++generation) {
        std::thread([&] {
          auto* node = registry.Join();
          ++node->record.uses;
          registry.Leave(node);
        }).join();
      }
    });
  }
  for (auto& succession : successions) succession.join();
  int records = 0, uses = 0;
  for (auto* node = registry.First(); node != nullptr; node = node->next) {
    ++records;
    uses += node->record.uses;
  }
  EXPECT_EQ(uses, kAtATime * kGenerations);
  // A thread that joins may pass a record just before it is given back.
  EXPECT_LE(records, 2 * kAtATime);
}

}  // namespace
}  // namespace knote

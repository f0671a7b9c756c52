// All threads run, together, where they should; a stuck one is found out.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/worker_pool.h"

#include <gmock/gmock.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>

#include "collector/topology.h"

namespace knotestat::collector {
namespace {

using testing::Each;
using testing::HasSubstr;

std::vector<int> Cpus() {
  const auto order = CpuOrder();
  EXPECT_TRUE(order.ok()) << order.status();
  return *order;
}

std::unique_ptr<WorkerPool> MakePool(int load_threads) {
  auto pool = WorkerPool::Create(load_threads, Cpus(), Cpus());
  EXPECT_TRUE(pool.ok()) << pool.status();
  return *std::move(pool);
}

TEST(WorkerPool, EveryThreadRunsOncePerRun) {
  constexpr int kRuns = 200;
  const auto pool = MakePool(3);
  ASSERT_EQ(pool->load_threads(), 3);
  ASSERT_EQ(pool->writer(), 3);
  std::vector<int> ran(4);
  for (int i = 0; i < kRuns; ++i) {
    ASSERT_TRUE(
        pool->Run([&](int thread) { ++ran[static_cast<size_t>(thread)]; })
            .ok());
  }
  EXPECT_THAT(ran, Each(kRuns));
}

TEST(WorkerPool, AllAreThereAtOnce) {
  const auto pool = MakePool(4);
  std::atomic<int> arrived{0};
  // Each waits for all others: one after the other would never end.
  const absl::Status status = pool->Run([&](int) {
    arrived.fetch_add(1);
    while (arrived.load() < 5) sched_yield();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(WorkerPool, TheWriterMayHaveACpuOfItsOwn) {
  const std::vector<int> cpus = Cpus();
  const auto pool = WorkerPool::Create(2, {cpus.front()}, {cpus.back()});
  ASSERT_TRUE(pool.ok()) << pool.status();
  cpu_set_t set;
  CPU_ZERO(&set);
  ASSERT_TRUE((*pool)
                  ->Run([&](int thread) {
                    if (thread == (*pool)->writer())
                      sched_getaffinity(0, sizeof(set), &set);
                  })
                  .ok());
  EXPECT_EQ(CPU_COUNT(&set), 1);
  EXPECT_TRUE(CPU_ISSET(static_cast<size_t>(cpus.back()), &set));
}

TEST(WorkerPool, PinsLoadThreadsAndLeavesTheWriterFree) {
  const std::vector<int> cpus = Cpus();
  // One more than CPUs: the last shares the first's.
  const int threads = static_cast<int>(cpus.size()) + 1;
  const auto pool = MakePool(threads);
  std::vector<cpu_set_t> sets(static_cast<size_t>(threads) + 1);
  ASSERT_TRUE(pool->Run([&](int thread) {
                    cpu_set_t& set = sets[static_cast<size_t>(thread)];
                    CPU_ZERO(&set);
                    sched_getaffinity(0, sizeof(set), &set);
                  })
                  .ok());
  for (size_t i = 0; i < static_cast<size_t>(threads); ++i) {
    EXPECT_EQ(CPU_COUNT(&sets[i]), 1);
    EXPECT_TRUE(CPU_ISSET(static_cast<size_t>(cpus[i % cpus.size()]), &sets[i]))
        << "thread " << i;
  }
  EXPECT_EQ(static_cast<size_t>(CPU_COUNT(&sets.back())), cpus.size());
}

TEST(WorkerPool, KnowsItsThreadIds) {
  const auto pool = MakePool(2);
  std::vector<pid_t> ids(3);
  ASSERT_TRUE(pool->Run([&](int thread) {
                    ids[static_cast<size_t>(thread)] = gettid();
                  })
                  .ok());
  EXPECT_EQ(pool->thread_ids(), ids);
  EXPECT_EQ(std::set<pid_t>(ids.begin(), ids.end()).size(), 3u);
}

TEST(WorkerPool, ItsThreadsEndWithIt) {
  std::vector<pid_t> ids;
  {
    const auto pool = MakePool(2);
    ids = pool->thread_ids();
  }
  for (pid_t id : ids) {
    EXPECT_FALSE(
        std::filesystem::exists("/proc/self/task/" + std::to_string(id)))
        << id;
  }
}

TEST(WorkerPool, SaysThatAFunctionIsStuck) {
  // Outlive the pool, as its contract says.
  static std::atomic<bool> released{false};
  static std::atomic<int> returned{0};
  static const std::function<void(int)> stuck = [](int thread) {
    while (thread == 1 && !released.load()) sched_yield();
    returned.fetch_add(1);
  };
  {
    const auto pool = MakePool(2);
    const absl::Status status = pool->Run(stuck, std::chrono::seconds(1));
    EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("1 s"));
    EXPECT_TRUE(pool->stuck());
    // The destructor does not wait for it, or this test would never end.
  }
  EXPECT_EQ(returned.load(), 2);
  released.store(true);
  while (returned.load() < 3) sched_yield();
}

TEST(WorkerPool, RefusesACpuThatIsNotThere) {
  const auto pool = WorkerPool::Create(1, {1000}, {1000});
  EXPECT_TRUE(absl::IsFailedPrecondition(pool.status())) << pool.status();
  EXPECT_THAT(std::string(pool.status().message()), HasSubstr("1000"));
}

}  // namespace
}  // namespace knotestat::collector

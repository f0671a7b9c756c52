// The bound on memory: it holds, as the kernel counts it; reaching it is said,
// and the search goes on with what fits.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>

#include "check/check_env.h"
#include "check/explore.h"
#include "check/registry.h"
#include "check/resident_memory.h"

namespace knotestat::check {
namespace {

using testing::HasSubstr;

constexpr size_t kMiB = size_t{1} << 20;

struct Piece : CheckEnv::Object {
  char bytes[64 << 10];
};

// Allocates and uses `mib`, and frees nothing.
void Eat(size_t mib) {
  for (size_t i = 0; i < mib * kMiB / sizeof(Piece); ++i) {
    auto* piece = new Piece;
    std::memset(piece->bytes, 1, sizeof(piece->bytes));
  }
}

Plan Schedules(uint64_t count, Search search = Search::kRandom) {
  Plan plan;
  plan.search = search;
  plan.schedules = count;
  plan.seconds = 60;
  return plan;
}

Exploration ExploreWith(size_t mib, const Engine::Program& program,
                        const Plan& plan, const Settings& settings = {}) {
  Engine engine(mib * kMiB);
  return Explore(engine, program, settings, plan);
}

// By how many MiB a process that runs `work` grows at its largest, as the
// kernel says; -1 if it does not.
int PeakGrowth(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak is what is now
    const size_t before = ResidentMemory();
    work();
    std::ifstream status("/proc/self/status");
    size_t peak = 0;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) peak = std::stoul(line.substr(6)) << 10;
    }
    _exit(peak < before ? 255 : static_cast<int>((peak - before) / kMiB));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 255 ? WEXITSTATUS(status)
                                                         : -1;
}

class MemoryBudgetTest : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "AddressSanitizer's own memory would be measured";
#endif
  }
};

TEST_F(MemoryBudgetTest, HoldsAsTheKernelCounts) {
  const auto growth = [](size_t mib) {
    return PeakGrowth([mib] {
      ExploreWith(
          mib, [](Engine&) { Eat(200); }, Schedules(300));
    });
  };
  EXPECT_LE(growth(16), 16 + 2);
  EXPECT_GE(growth(16), 12);
  EXPECT_LE(growth(128), 128 + 2);
  EXPECT_GE(growth(128), 120);  // so the measure would show more than 16
}

TEST_F(MemoryBudgetTest, OneThatFitsIsNotGivenUp) {
  const Engine::Program program = [](Engine& engine) {
    Eat(10);
    engine.Run();
  };
  const Exploration fits = ExploreWith(16, program, Schedules(10));
  EXPECT_EQ(fits.schedules, 10u);
  EXPECT_EQ(fits.beyond, 0u);
  const Exploration not_here = ExploreWith(8, program, Schedules(10));
  EXPECT_EQ(not_here.schedules, 0u);
  EXPECT_EQ(not_here.beyond, 10u);
  EXPECT_EQ(not_here.bound, "more than 8 MiB (--memory)");
}

// Two threads, one of which is hungry if it comes second: the search covers the
// schedules that fit, says how many did not, and is not complete.
void HungryIfSecond(Engine& engine) {
  CheckEnv::Atomic<int> flag{0};
  auto first = [&] { flag.store(1); };
  auto second = [&] {
    if (flag.load() == 1) Eat(10);
  };
  engine.Spawn("first", first);
  engine.Spawn("second", second);
  engine.Run();
}

TEST_F(MemoryBudgetTest, WhatFitsIsCovered) {
  const Exploration all =
      ExploreWith(16, HungryIfSecond, Schedules(1000, Search::kDepthFirst));
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(all.beyond, 0u);
  const Exploration some =
      ExploreWith(8, HungryIfSecond, Schedules(1000, Search::kDepthFirst));
  EXPECT_FALSE(some.complete);
  EXPECT_GT(some.beyond, 0u);
  EXPECT_GT(some.schedules, 0u);
  EXPECT_EQ(some.schedules + some.beyond, all.schedules);
}

// What one exploration has needed is not missing in the next.
TEST_F(MemoryBudgetTest, ExplorationsDoNotDependOnEarlierOnes) {
  Engine engine(8 * kMiB);
  const auto run = [&] {
    const Exploration result =
        Explore(engine, HungryIfSecond, {}, Schedules(500));
    return std::pair(result.schedules, result.beyond);
  };
  const auto before = run();
  Explore(
      engine, [](Engine&) { Eat(200); }, {}, Schedules(5));
  EXPECT_EQ(run(), before);
  EXPECT_GT(before.second, 0u);
}

// The path of a search and the stores that a thread may still read count, too.
TEST_F(MemoryBudgetTest, LongSchedulesCount) {
  const Engine::Program program = [](Engine& engine) {
    CheckEnv::Atomic<int> turns{0};
    auto body = [&] {
      for (int i = 0; i < 20'000; ++i)
        turns.store(i, std::memory_order_relaxed);
    };
    engine.Spawn("thread", body);
    engine.Run();
  };
  Settings settings;
  settings.model = Model::kReleaseAcquire;
  settings.max_steps = 50'000;
  const Plan plan = Schedules(3, Search::kDepthFirst);
  EXPECT_TRUE(ExploreWith(64, program, plan, settings).complete);
  const Exploration bounded = ExploreWith(4, program, plan, settings);
  EXPECT_FALSE(bounded.complete);
  EXPECT_EQ(bounded.beyond, 1u);
}

TEST_F(MemoryBudgetTest, ASearchInWhichNothingFitsStops) {
  const Exploration result = ExploreWith(
      4, [](Engine&) { Eat(10); }, Schedules(1'000'000));
  EXPECT_LT(result.beyond, 5000u);
  EXPECT_THAT(result.stopped,
              HasSubstr("every schedule needs more than 4 MiB (--memory)"));
}

// A strategy that goes past Env::Object leaks whatever it holds in an execution
// that is given up.
TEST_F(MemoryBudgetTest, MemoryFromElsewhereStopsTheSearch) {
  EXPECT_LE(PeakGrowth([] {
              const Exploration result = ExploreWith(
                  4,
                  [](Engine&) {
                    auto* leak = new volatile char[64 << 10];
                    for (int i = 0; i < 64 << 10; ++i) leak[i] = 1;
                  },
                  Schedules(10'000));
              if (result.stopped.find("elsewhere than by Env::Object") ==
                  std::string::npos)
                _exit(255);
            }),
            40);
}

// The dispatch goes through Env::Object alone. A container in struct kernel
// that allocates when it is made costs 6 MiB here.
TEST_F(MemoryBudgetTest, TheModelAllocatesNowhereElse) {
  const StrategyEntry* strategy = FindStrategy("bravo");
  ASSERT_NE(strategy, nullptr);
  const ProgramEntry* program = FindProgram(*strategy, "delete-close");
  ASSERT_NE(program, nullptr);
  Settings settings;
  settings.model = Model::kReleaseAcquire;
  const int growth = PeakGrowth([&] {
    ExploreWith(4, program->run, Schedules(200'000, Search::kDepthFirst),
                settings);
  });
  EXPECT_GE(growth, 0);
  EXPECT_LE(growth, 3);
}

TEST_F(MemoryBudgetTest, OtherLimitsAreSaidInTheSameWay) {
  const Exploration result = ExploreWith(
      8,
      [](Engine& engine) {
        auto body = [] {};
        for (int i = 0; i < kMaxThreads + 1; ++i) engine.Spawn("thread", body);
      },
      Schedules(1));
  EXPECT_EQ(result.beyond, 1u);
  EXPECT_EQ(result.bound, "more than 6 threads");
}

}  // namespace
}  // namespace knotestat::check

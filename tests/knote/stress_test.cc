// Readers, registrations and detaches at once, in every world, with the oracle
// as judge. Under ThreadSanitizer and AddressSanitizer this is the check of
// the ordering arguments that stress can give.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "knote/world.h"

namespace knote {
namespace {

constexpr auto kDuration = std::chrono::milliseconds(400);

// Runs `load` with detaches as fast as they go; returns how many there were.
int Stress(const StrategyEntry& strategy, Load load, uint64_t& violations) {
  load.submit_by_contract = SubmitNeedsContract(strategy.info, load);
  const auto world = strategy.make(load);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < load.total_threads(); ++t) {
    threads.emplace_back([&, t] {
      world->EnterThread(t);
      Samples samples;
      while (!stop.load(std::memory_order_relaxed)) {
        world->Sample(t, 64, 8, samples);
        for (auto& ticks : samples.ticks) ticks.clear();
      }
      world->LeaveThread(t);
    });
  }
  const int writer = load.total_threads();
  world->EnterThread(writer);
  std::mt19937 random(static_cast<uint32_t>(load.seed));
  std::uniform_int_distribution<int> device(0, load.devices - 1);
  int detaches = 0;
  const auto end = std::chrono::steady_clock::now() + kDuration;
  while (std::chrono::steady_clock::now() < end) {
    world->Detach(device(random));
    ++detaches;
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  world->LeaveThread(writer);
  violations = world->OracleViolations();
  return detaches;
}

class StressTest : public testing::TestWithParam<StrategyEntry> {};

TEST_P(StressTest, NoDriverCodeAfterKlistFini) {
  const StrategyEntry& strategy = GetParam();
  if (auto missing = StrategyUnavailable(strategy.info))
    GTEST_SKIP() << *missing;
  for (const Mix& mix : {Mix{0, 1, 0}, Mix{1, 0, 0}, Mix{2, 2, 1}}) {
    Load load;
    load.processes = 2;
    load.threads = 2;
    load.devices = 4;
    load.knotes_per_device = 4;
    load.mix = mix;
    load.free_softcs = strategy.info.safe;
    uint64_t violations = 0;
    EXPECT_GT(Stress(strategy, load, violations), 0);
    if (strategy.info.safe) {
      EXPECT_EQ(violations, 0u);
    }
  }
}

std::vector<StrategyEntry> UnderTest() {
  std::vector<StrategyEntry> entries;
  for (const StrategyEntry& entry : Strategies()) {
#if defined(__SANITIZE_THREAD__)
    // Not built with ThreadSanitizer, so their orderings cannot be seen; and
    // what `none` does is a data race by design.
    if (entry.info.group != Group::kOwn) continue;
#endif
    entries.push_back(entry);
  }
  return entries;
}

INSTANTIATE_TEST_SUITE_P(Strategies, StressTest, testing::ValuesIn(UnderTest()),
                         [](const auto& test) {
                           return std::string(test.param.info.name);
                         });

// A reader that holds its section long enough to be caught, in 400 ms of
// detaches: the stress above can fail.
TEST(StressControl, NoneIsCaught) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer would stop at the race that this provokes";
#endif
  Load load;
  load.processes = 2;
  load.devices = 2;
  load.mix = {1, 0, 0};
  load.hold_ns = 100'000;
  load.hold_sleeps = true;
  uint64_t violations = 0;
  Stress(*FindStrategy("none"), load, violations);
  EXPECT_GT(violations, 0u);
}

TEST(Strategies, KnowWhatTheyPromise) {
  EXPECT_GE(Strategies().size(), 6u);
  for (const StrategyEntry& entry : Strategies()) {
    EXPECT_FALSE(entry.info.summary.empty());
    EXPECT_FALSE(entry.info.writer_waits_for.empty());
    EXPECT_EQ(FindStrategy(entry.info.name)->info.name, entry.info.name);
  }
  EXPECT_EQ(FindStrategy("nonesuch"), nullptr);
  Load mixed;
  mixed.mix = {1, 1, 0};
  EXPECT_TRUE(SubmitNeedsContract(FindStrategy("rwlock")->info, mixed));
  EXPECT_FALSE(SubmitNeedsContract(FindStrategy("epoch")->info, mixed));
}

}  // namespace
}  // namespace knote

// Readers and detaches at once, with the oracle as judge.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_STRESS_H_
#define KNOTESTAT_TESTS_KNOTE_STRESS_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <ostream>
#include <random>
#include <thread>
#include <vector>

#include "knote/world.h"

namespace knote {

// For gtest's messages.
inline void PrintTo(const StrategyEntry& entry, std::ostream* out) {
  *out << StrategyTitle(entry.info);
}

// How the threads of a stress run behave.
struct StressPlan {
  std::chrono::milliseconds duration{120};
  bool until_violation = false;  // ends with the first one
  uint64_t operations = 64;      // a load thread does at a time
  // Called by each load thread between those; `turn` counts.
  std::function<void(int thread, int turn)> between;
  std::atomic<int>* progress = nullptr;  // counts detaches, for a watchdog
};

struct StressResult {
  int detaches = 0;
  uint64_t violations = 0;
};

// Runs `load` with detaches as fast as they go.
inline StressResult Stress(const StrategyEntry& strategy, Load load,
                           const StressPlan& plan = {}) {
  load.submit_by_contract = SubmitNeedsContract(strategy.info, load);
  const auto world = strategy.make(load);
  std::atomic<bool> stop{false};
  std::atomic<int> entered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < load.total_threads(); ++t) {
    threads.emplace_back([&, t] {
      world->EnterThread(t);
      ++entered;
      Samples samples;
      while (entered != load.total_threads()) std::this_thread::yield();
      for (int turn = 0; !stop.load(std::memory_order_relaxed); ++turn) {
        world->Sample(t, plan.operations, 8, samples);
        for (auto& ticks : samples.ticks) ticks.clear();
        if (plan.between) plan.between(t, turn);
      }
      world->LeaveThread(t);
    });
  }
  const int writer = load.total_threads();
  world->EnterThread(writer);
  // As in a run, all are there before the first operation: a thread registers
  // with peer_ck_brlock as a writer does, which may deadlock with sections that
  // are entered under an object lock.
  while (entered != load.total_threads()) std::this_thread::yield();
  std::mt19937 random(static_cast<uint32_t>(load.seed));
  std::uniform_int_distribution<int> device(0, load.devices - 1);
  StressResult result;
  const auto end = std::chrono::steady_clock::now() + plan.duration;
  while (std::chrono::steady_clock::now() < end &&
         !(plan.until_violation && world->OracleViolations() != 0)) {
    world->Detach(device(random));
    ++result.detaches;
    if (plan.progress != nullptr) ++*plan.progress;
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  world->LeaveThread(writer);
  result.violations = world->OracleViolations();
  return result;
}

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_STRESS_H_

// SPDX-License-Identifier: BSD-2-Clause
#include "collector/timer_skew.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "collector/topology.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;

constexpr int kExchanges = 1000;

// One reading in the air: even turns are the first thread's, odd ones the
// second's.
struct Exchange {
  std::atomic<int> turn{0};
  uint64_t reading = 0;  // owned by whoever has the turn
  std::atomic<bool> failed{false};
};

// Takes the turns of `parity`: compares its own clock with the reading that the
// other took before, and leaves its own. Returns the largest step back, in
// ticks.
uint64_t LargestStepBack(Exchange& exchange, int parity, int cpu,
                         const std::function<uint64_t(int)>& clock) {
  if (!BindThread({cpu}).ok()) exchange.failed = true;
  const auto failed = [&] {
    return exchange.failed.load(std::memory_order_relaxed);
  };
  uint64_t largest = 0;
  for (int turn = parity; turn < 2 * kExchanges; turn += 2) {
    // acquire: the reading was taken, and stored, before; release: likewise.
    while (exchange.turn.load(std::memory_order_acquire) != turn && !failed())
      HwEnv::Pause();
    if (failed()) return 0;
    const uint64_t now = clock(cpu);
    if (turn > 0 && now < exchange.reading)
      largest = std::max(largest, exchange.reading - now);
    exchange.reading = now;
    exchange.turn.store(turn + 1, std::memory_order_release);
  }
  return largest;
}

}  // namespace

std::optional<double> TimerSkewNs(
    const std::vector<int>& cpus, const Timer& timer,
    const std::function<uint64_t(int cpu)>& clock) {
  if (cpus.size() < 2) return std::nullopt;
  const auto read =
      clock ? clock : [](int) -> uint64_t { return HwEnv::Cycles(); };
  uint64_t largest = 0;
  for (size_t i = 1; i < cpus.size(); ++i) {
    Exchange exchange;
    uint64_t theirs = 0, ours = 0;
    std::thread first, second;
    try {
      second = std::thread(
          [&] { theirs = LargestStepBack(exchange, 1, cpus[i], read); });
      first = std::thread(
          [&] { ours = LargestStepBack(exchange, 0, cpus[0], read); });
    } catch (const std::system_error&) {
      exchange.failed = true;  // no thread is to be had
    }
    if (first.joinable()) first.join();
    if (second.joinable()) second.join();
    if (exchange.failed) return std::nullopt;
    largest = std::max({largest, ours, theirs});
  }
  return static_cast<double>(largest) * timer.ns_per_tick;
}

}  // namespace knotestat::collector

// SPDX-License-Identifier: BSD-2-Clause
#include "collector/interruptions.h"

#include <cmath>
#include <map>
#include <system_error>
#include <thread>

#include "collector/topology.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;

constexpr double kWatchNs = 100e6;
// Longer than a turn of the loop takes, shorter than an interrupt.
constexpr double kShortestNs = 1'000;
constexpr double kStepNs = 100;

// What one CPU's thread saw.
struct Watch {
  bool bound = false;
  double watched_ns = 0;
  std::map<uint64_t, uint64_t> counts;  // by length in steps
};

template <class Clock>
void WatchOne(int cpu, double ns_per_tick, const Clock& clock, Watch& watch) {
  watch.bound = BindThread({cpu}).ok();
  if (!watch.bound) return;
  const auto ticks = [&](double ns) {
    return static_cast<uint64_t>(ns / ns_per_tick);
  };
  const uint64_t shortest = ticks(kShortestNs);
  const uint64_t begin = clock(cpu);
  uint64_t last = begin;
  while (last - begin < ticks(kWatchNs)) {
    const uint64_t now = clock(cpu);
    const uint64_t gap = now - last;
    last = now;
    if (gap <= shortest) continue;
    const double ns = static_cast<double>(gap) * ns_per_tick;
    ++watch.counts[static_cast<uint64_t>(std::lround(ns / kStepNs))];
    last = clock(cpu);  // to count it was no interruption
  }
  watch.watched_ns = static_cast<double>(last - begin) * ns_per_tick;
}

}  // namespace

std::optional<Interruptions> WatchForInterruptions(
    const std::vector<int>& cpus, const Timer& timer,
    const std::function<uint64_t(int cpu)>& clock) {
  std::vector<Watch> watches(cpus.size());
  std::vector<std::thread> threads;
  const auto watch_one = [&](size_t i) {
    const double ns_per_tick = timer.ns_per_tick;
    if (clock) {
      WatchOne(cpus[i], ns_per_tick, clock, watches[i]);
    } else {
      const auto counter = [](int) { return HwEnv::Cycles(); };
      WatchOne(cpus[i], ns_per_tick, counter, watches[i]);
    }
  };
  try {
    for (size_t i = 0; i < cpus.size(); ++i) threads.emplace_back(watch_one, i);
  } catch (const std::system_error&) {
    // The CPUs without a thread are not bound.
  }
  for (std::thread& thread : threads) thread.join();
  Interruptions seen;
  std::map<uint64_t, uint64_t> counts;
  for (const Watch& watch : watches) {
    if (!watch.bound) return std::nullopt;
    seen.watched_ns += watch.watched_ns;
    for (const auto& [steps, count] : watch.counts) counts[steps] += count;
  }
  for (const auto& [steps, count] : counts)
    seen.lengths.push_back({kStepNs * static_cast<double>(steps), count});
  return seen;
}

}  // namespace knotestat::collector

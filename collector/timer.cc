// SPDX-License-Identifier: BSD-2-Clause
#include "collector/timer.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;

constexpr uint64_t kCalibrationNs = 30'000'000;
constexpr int kBrackets = 100'000;

// A clock reading and the counter at its middle, from the tightest of several
// tries: an interrupt in between would spoil one.
struct Moment {
  uint64_t clock_ns = 0;
  uint64_t ticks = 0;
};

Moment Now() {
  Moment best;
  uint64_t tightest = UINT64_MAX;
  for (int i = 0; i < 10; ++i) {
    const uint64_t before = HwEnv::Cycles();
    const uint64_t clock = HwEnv::Now();
    const uint64_t after = HwEnv::Cycles();
    if (after - before < tightest) {
      tightest = after - before;
      best = {clock, before + (after - before) / 2};
    }
  }
  return best;
}

// Lengths in ticks, sorted.
std::vector<uint64_t> EmptyBrackets() {
  std::vector<uint64_t> brackets(kBrackets);
  for (uint64_t& bracket : brackets) {
    const uint64_t begin = HwEnv::Cycles();
    bracket = HwEnv::Cycles() - begin;
  }
  std::sort(brackets.begin(), brackets.end());
  return brackets;
}

}  // namespace

Timer CalibrateTimer() {
  const Moment begin = Now();
  while (HwEnv::Now() - begin.clock_ns < kCalibrationNs) HwEnv::Pause();
  const Moment end = Now();
  Timer timer;
  timer.ns_per_tick = static_cast<double>(end.clock_ns - begin.clock_ns) /
                      static_cast<double>(end.ticks - begin.ticks);

  const std::vector<uint64_t> brackets = EmptyBrackets();
  uint64_t quantum = 0;
  std::map<uint64_t, uint64_t> counts;
  for (const uint64_t bracket : brackets) {
    quantum = std::gcd(quantum, bracket);
    ++counts[bracket];
  }
  const auto ns = [&](uint64_t ticks) {
    return static_cast<double>(ticks) * timer.ns_per_tick;
  };
  for (const auto& [ticks, count] : counts)
    timer.brackets.push_back({ns(ticks), count});
  timer.quantum_ns = ns(quantum);
  timer.cost_ns = ns(brackets[kBrackets / 2]);
  return timer;
}

}  // namespace knotestat::collector

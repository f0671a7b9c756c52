// SPDX-License-Identifier: BSD-2-Clause
#include "collector/timer.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

using knote::HwEnv;

constexpr uint64_t kCalibrationNs = 30'000'000;
constexpr int kBrackets = 10'000;

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

}  // namespace

Timer CalibrateTimer() {
  const Moment begin = Now();
  while (HwEnv::Now() - begin.clock_ns < kCalibrationNs) HwEnv::Pause();
  const Moment end = Now();
  Timer timer;
  timer.ns_per_tick = static_cast<double>(end.clock_ns - begin.clock_ns) /
                      static_cast<double>(end.ticks - begin.ticks);

  std::vector<uint64_t> brackets(kBrackets);
  uint64_t quantum = 0;
  uint64_t last = HwEnv::Cycles();
  for (uint64_t& bracket : brackets) {
    const uint64_t now = HwEnv::Cycles();
    bracket = now - last;
    quantum = std::gcd(quantum, bracket);
    last = now;
  }
  std::nth_element(brackets.begin(), brackets.begin() + kBrackets / 2,
                   brackets.end());
  timer.quantum_ns = static_cast<double>(quantum) * timer.ns_per_tick;
  timer.cost_ns =
      static_cast<double>(brackets[kBrackets / 2]) * timer.ns_per_tick;
  return timer;
}

}  // namespace knotestat::collector

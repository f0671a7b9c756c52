// SPDX-License-Identifier: BSD-2-Clause
#include "collector/cycle_time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <thread>

#include "collector/topology.h"
#include "knote/env/cycle_chain.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {

std::optional<double> CycleNs([[maybe_unused]] int cpu) {
#ifdef KNOTESTAT_CYCLE_CHAIN
  using knote::HwEnv;
  constexpr int kChain = 1000, kChains = 1000;
  std::array<double, 201> cycles{};
  bool bound = false;
  // A thread of its own, so that the caller stays where it is.
  std::thread([&] {
    bound = BindThread({cpu}).ok();
    uint64_t value = 0;
    for (double& cycle : cycles) {
      const uint64_t begin = HwEnv::Now();
      // The loop's own instructions run beside the chain.
      for (int i = 0; i < kChains; ++i)
        value = knote::CycleChain<kChain>(value);
      cycle = static_cast<double>(HwEnv::Now() - begin) / (kChain * kChains);
    }
  }).join();
  if (!bound) return std::nullopt;
  const auto middle = cycles.begin() + cycles.size() / 2;
  std::nth_element(cycles.begin(), middle, cycles.end());
  return *middle;
#else
  return std::nullopt;
#endif
}

}  // namespace knotestat::collector

// SPDX-License-Identifier: BSD-2-Clause
#include "collector/cycle_time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <system_error>
#include <thread>

#include "collector/topology.h"
#include "knote/env/cycle_chain.h"
#include "knote/env/hw_env.h"

namespace knotestat::collector {
namespace {

#ifdef KNOTESTAT_CYCLE_CHAIN
constexpr int kChain = 1000;

// How long `chains` chains of kChain cycles take. The loop's own instructions
// run beside the chain.
double ChainsNs(int chains) {
  uint64_t value = 0;
  const uint64_t begin = knote::HwEnv::Now();
  for (int i = 0; i < chains; ++i) value = knote::CycleChain<kChain>(value);
  return static_cast<double>(knote::HwEnv::Now() - begin);
}
#endif

}  // namespace

std::optional<double> CycleNs([[maybe_unused]] int cpu) {
#ifdef KNOTESTAT_CYCLE_CHAIN
  constexpr int kChains = 1000;
  std::array<double, 201> cycles{};
  bool bound = false;
  // A thread of its own, so that the caller stays where it is.
  try {
    std::thread([&] {
      bound = BindThread({cpu}).ok();
      for (double& cycle : cycles)
        cycle = ChainsNs(kChains) / (kChain * kChains);
    }).join();
  } catch (const std::system_error&) {
    return std::nullopt;  // no thread is to be had
  }
  if (!bound) return std::nullopt;
  const auto middle = cycles.begin() + cycles.size() / 2;
  std::nth_element(cycles.begin(), middle, cycles.end());
  return *middle;
#else
  return std::nullopt;
#endif
}

std::optional<double> CycleNsHere() {
#ifdef KNOTESTAT_CYCLE_CHAIN
  constexpr int kChains = 20;
  const double timer = std::min(ChainsNs(0), ChainsNs(0));
  const double chains = std::min(ChainsNs(kChains), ChainsNs(kChains));
  return (chains - timer) / (kChain * kChains);
#else
  return std::nullopt;
#endif
}

}  // namespace knotestat::collector

// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/lost_time.h"

#include <time.h>

#include <algorithm>
#include <functional>

namespace knotestat::probes {
namespace {

constexpr uint64_t kShortestPauseNs = 1'000;

uint64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

std::vector<uint64_t> PausesDuring(uint64_t ns) {
  std::vector<uint64_t> pauses;
  const uint64_t end = NowNs() + ns;
  for (uint64_t last = NowNs(); last < end;) {
    const uint64_t now = NowNs();
    if (now - last >= kShortestPauseNs) pauses.push_back(now - last);
    last = now;
  }
  std::sort(pauses.begin(), pauses.end(), std::greater<>());
  return pauses;
}

}  // namespace knotestat::probes

// SPDX-License-Identifier: BSD-2-Clause
#include "collector/detach_schedule.h"

namespace knotestat::collector {

std::vector<IntendedDetach> MakeSchedule(double hz, uint64_t block_ns,
                                         std::optional<uint64_t> count,
                                         int devices, std::mt19937_64& random) {
  std::vector<IntendedDetach> schedule;
  if (hz <= 0) return schedule;
  std::exponential_distribution<double> gap_ns(hz / 1e9);
  std::uniform_int_distribution<int> device(0, devices - 1);
  double at = 0;
  for (;;) {
    at += gap_ns(random);
    if (count ? schedule.size() >= *count : at >= static_cast<double>(block_ns))
      return schedule;
    schedule.push_back({static_cast<uint64_t>(at), device(random)});
  }
}

}  // namespace knotestat::collector

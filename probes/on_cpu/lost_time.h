// What a thread loses to the interruptions of a moment, seen from inside.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_ON_CPU_LOST_TIME_H_
#define KNOTESTAT_PROBES_ON_CPU_LOST_TIME_H_

#include <cstdint>
#include <vector>

namespace knotestat::probes {

// Reads the clock again and again for `ns`; returns the pauses between two
// readings that were longer than 1 us, in ns, longest first. Each holds one
// interruption, or several that came together.
std::vector<uint64_t> PausesDuring(uint64_t ns);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_ON_CPU_LOST_TIME_H_

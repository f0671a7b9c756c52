// What the machine did to us while we measured, and what machine it is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_MACHINE_H_
#define KNOTESTAT_COLLECTOR_MACHINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/run.h"

namespace knotestat::collector {

// Time that the hypervisor gave to others on `cpus` since boot, in ns, in the
// kernel's steps of 10 ms. None if the kernel does not say.
std::optional<double> StealNs(const std::vector<int>& cpus);

// Involuntary context switches of the calling thread so far.
uint64_t InvoluntarySwitches();

// The time, ISO 8601, UTC.
std::string TimeNow();

// Host, kernel, CPU model, online CPUs, time and build; the caller adds the
// rest.
record::Context DescribeMachine();

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_MACHINE_H_

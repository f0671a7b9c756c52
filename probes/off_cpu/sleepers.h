// Threads that sleep on purpose, in a text section of their own that stands for
// driver code: the exercise of the off_cpu probe.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_OFF_CPU_SLEEPERS_H_
#define KNOTESTAT_PROBES_OFF_CPU_SLEEPERS_H_

#include <cstdint>

#include "probes/probe.h"

namespace knotestat::probes {

// Sleeps `times` times for 100 us, in the section that SetSectionText() names.
// What is counted is that the kernel switched to another thread.
void SleepInSection(uint64_t times);

// Two threads on one CPU wake each other in turn until about `times` sleeps
// have happened, as fast as they can.
void HandOff(uint64_t times);

// Makes the text of the two functions above the target's driver text.
void SetSectionText(Target& target);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_OFF_CPU_SLEEPERS_H_

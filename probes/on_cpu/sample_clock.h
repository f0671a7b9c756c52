// The perf events that make samples: cycles of the CPU where its counters can
// be had, else the kernel's software clock.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_ON_CPU_SAMPLE_CLOCK_H_
#define KNOTESTAT_PROBES_ON_CPU_SAMPLE_CLOCK_H_

#include <sys/types.h>

#include <vector>

namespace knotestat::probes {

enum class SampleClock {
  kCycles,    // a hardware counter: also samples code that has interrupts off
  kSoftware,  // a timer that runs while the thread does
};

// The better one that this machine has. Virtual machines often have no cycles.
SampleClock BestSampleClock();

// Opens a disabled event that samples `thread` `hz` times a second of its time
// (by cycles: the kernel steers towards that). Returns a descriptor, or -1 and
// errno, which is ESRCH if the thread has ended.
int OpenSampleClock(SampleClock clock, pid_t thread, int hz);

// Every thread that this process has now, by its id in the process's own pid
// namespace, which is what perf events take; /proc may show those of an outer
// one.
std::vector<pid_t> OwnThreads();

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_ON_CPU_SAMPLE_CLOCK_H_

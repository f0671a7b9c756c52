// Telling a BPF program of kns_waking.bpf.h the numbers of system calls.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_SYSTEM_CALLS_H_
#define KNOTESTAT_PROBES_LOADING_SYSTEM_CALLS_H_

#include <sys/syscall.h>

namespace knotestat::probes {

// Sets the constants; between open and load.
template <class Rodata>
void NameSystemCalls(Rodata& rodata) {
  rodata.futex_number = SYS_futex;
  rodata.exit_number = SYS_exit;
  rodata.nanosleep_number = SYS_nanosleep;
  rodata.clock_nanosleep_number = SYS_clock_nanosleep;
}

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_SYSTEM_CALLS_H_

// on_cpu probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_
#define KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_

#include "probes/kns_shared.h"

// One slot more than others have, for samples that only show what one costs.
#define KNS_TRIAL_SLOT KNS_MAX_SLOTS
#define KNS_ON_CPU_SLOTS (KNS_MAX_SLOTS + 1)
#define KNS_MOST_PLANTED_ROUNDS 8192

// Where a sample hit. It is itself the key of the hash map that counts samples:
// two stacks never share an entry, as they can in the kernel's own stack map.
// 512 bytes is the longest key that BPF allows.
struct kns_on_cpu_stack {
  kns_u32 thread;  // its id in the process's pid namespace
  kns_u32 cpu;
  kns_u16 slot;
  kns_u16 user_depth;
  kns_u16 kernel_depth;  // 0: the sample hit user code
  kns_u16 padding;
  kns_u64 user[KNS_USER_FRAMES];  // innermost first
  kns_u64 kernel[KNS_KERNEL_FRAMES];
};
KNS_ASSERT_SIZE(kns_on_cpu_stack, 512);

#endif  // KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_

// on_cpu probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_
#define KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_

#include "probes/kns_shared.h"

// Where a sample hit. It is itself the key of the hash map that counts samples:
// two stacks never share an entry, as they can in the kernel's own stack map.
// 512 bytes is the longest key that BPF allows.
struct kns_on_cpu_stack {
  kns_u32 slot;
  kns_u32 user_depth;
  kns_u32 kernel_depth;  // 0: the sample hit user code
  kns_u32 padding;
  kns_u64 user[KNS_USER_FRAMES];  // innermost first
  kns_u64 kernel[KNS_KERNEL_FRAMES];
};
KNS_ASSERT_SIZE(kns_on_cpu_stack, 512);

#endif  // KNOTESTAT_PROBES_ON_CPU_ON_CPU_H_

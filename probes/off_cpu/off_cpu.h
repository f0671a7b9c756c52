// off_cpu probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_OFF_CPU_OFF_CPU_H_
#define KNOTESTAT_PROBES_OFF_CPU_OFF_CPU_H_

#include "probes/kns_shared.h"

struct kns_off_cpu {
  struct kns_stack_totals totals;
  // Sleeps that began in another slot, or before the slot was collected last:
  // they belong to none.
  kns_u64 spanned;
  kns_u64 migrated;  // left a CPU inside a section, came back on another
  struct kns_histogram section_sleep;  // ns slept inside a section
  struct kns_histogram sleep;          // ns slept anywhere
  kns_u64 collection;                  // grows each time the slot is collected
};
KNS_ASSERT_SIZE(kns_off_cpu, 40 + 2 * 8 * (3 + 593));

// Where a thread slept: the key of the hash map that counts sleeps. The key is
// the stack itself: two stacks never share an entry, as they can in the
// kernel's own stack map.
struct kns_sleeper {
  kns_u32 slot;
  kns_u32 user_depth;
  kns_u64 user[KNS_USER_FRAMES];  // innermost first
};
KNS_ASSERT_SIZE(kns_sleeper, 328);

struct kns_sleep {
  kns_u64 ns;
  kns_u64 kernel_depth;
  kns_u64 kernel[KNS_KERNEL_FRAMES];  // of the first sleep with this key
};
KNS_ASSERT_SIZE(kns_sleep, 192);

#endif  // KNOTESTAT_PROBES_OFF_CPU_OFF_CPU_H_

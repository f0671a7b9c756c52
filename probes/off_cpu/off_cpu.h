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

// Which thread slept where, and who ended that: the key of the hash map that
// sums up sleeps.
struct kns_sleep {
  kns_u32 slot;
  kns_u32 thread;  // its id in the process's pid namespace
  kns_u32 cpu;     // that it left
  kns_u32 stack;   // the number of one
  kns_u32 waker;   // likewise, or KNS_NOBODY
};
KNS_ASSERT_SIZE(kns_sleep, 20);

// What a thread leaves behind when it leaves its CPU: its task storage.
struct kns_departure {
  kns_u64 time_ns;
  kns_u64 collection;
  kns_u32 attachment;
  kns_u8 away;        // it has not been seen to return; the rest is valid
  kns_u8 slept;       // it blocked; otherwise it was preempted
  kns_u8 in_section;  // driver code was on its stack
  kns_u8 padding;
  struct kns_sleep sleep;
};
KNS_ASSERT_SIZE(kns_departure, 48);

// The kernel's part of the first sleep with a user stack.
struct kns_kernel_stack {
  kns_u64 depth;
  kns_u64 kernel[KNS_KERNEL_FRAMES];  // innermost first
};
KNS_ASSERT_SIZE(kns_kernel_stack, 184);

#endif  // KNOTESTAT_PROBES_OFF_CPU_OFF_CPU_H_

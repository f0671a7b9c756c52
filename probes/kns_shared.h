// What the two halves of every probe, the BPF program and its loader, agree on.
// Fixed-width members only: both compilers assert the same sizes.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_SHARED_H_
#define KNOTESTAT_PROBES_KNS_SHARED_H_

#include "probes/log_linear.h"

#ifdef __cplusplus
#define KNS_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == bytes)
#else
#define KNS_ASSERT_SIZE(type, bytes) \
  _Static_assert(sizeof(struct type) == bytes, #type)
#endif

// Cells that one loaded program tells apart; kMaxSlots of probe.h.
#define KNS_MAX_SLOTS 64

// Counts of values in log-linear buckets, with exact count, sum and maximum.
struct kns_histogram {
  kns_u64 count;
  kns_u64 sum;
  kns_u64 max;
  kns_u64 buckets[KNS_BUCKETS];
};
KNS_ASSERT_SIZE(kns_histogram, 8 * (3 + 593));

// Deepest stacks that are kept whole; deeper ones are cut at the root.
#define KNS_USER_FRAMES 40
#define KNS_KERNEL_FRAMES 22

// A user stack. It is itself the key under which it is found, so that two
// stacks never share an entry, as they can in the kernel's own stack map.
struct kns_stack {
  kns_u64 depth;
  kns_u64 user[KNS_USER_FRAMES];  // innermost first
};
KNS_ASSERT_SIZE(kns_stack, 328);

// Programs that keep several stacks of one event together give each a number.
// Stacks have numbers from 1 on.
#define KNS_NOBODY 0u              // no thread of the process ended the wait
#define KNS_LOST_STACK 0xffffffff  // it found no room, or could not be read

// How much of what, and how often.
struct kns_sum {
  kns_u64 value;
  kns_u64 events;
};
KNS_ASSERT_SIZE(kns_sum, 16);

// What the stack programs count beside the stacks, for each slot.
struct kns_stack_totals {
  kns_u64 lost;       // events that a full map or a failed helper dropped
  kns_u64 truncated;  // stacks that were cut at the root
};
KNS_ASSERT_SIZE(kns_stack_totals, 16);

// Entries that one probe can hold at a time; Collect() empties the map. A stack
// has one for each thread and CPU that it was seen on.
#define KNS_MAX_STACKS 16384
// Stacks that have numbers, which they keep until the probe is unloaded.
#define KNS_MAX_NUMBERED_STACKS 8192

#endif  // KNOTESTAT_PROBES_KNS_SHARED_H_

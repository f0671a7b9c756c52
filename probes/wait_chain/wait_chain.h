// wait_chain probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_WAIT_CHAIN_WAIT_CHAIN_H_
#define KNOTESTAT_PROBES_WAIT_CHAIN_WAIT_CHAIN_H_

#include "probes/kns_shared.h"

// The longest chain that is told: the writer's wait and four behind it.
#define KNS_LINKS 5
// Of each thread, so many of its last sleeps are remembered; a power of two.
#define KNS_SLEEPS 4
// Distinct chains that the probe can hold at a time; Collect() empties the map.
#define KNS_MAX_CHAINS 4096

struct kns_wait_totals {
  struct kns_stack_totals totals;
  kns_u64 sleeps;    // of any thread of the process, that ended
  kns_u64 waits;     // klist_fini() that waited at all
  kns_u64 spun;      // those that did not sleep for it
  kns_u64 spun_ns;   // and their time
  kns_u64 slept_ns;  // the time of the others
};
KNS_ASSERT_SIZE(kns_wait_totals, 56);

// One wait of a chain.
struct kns_link {
  kns_u32 stack;  // where it waited
  kns_u32 waker;  // who ended it: KNS_NOBODY, or a stack
  kns_u64 lock;   // the futex word; 0: it waited for something else
};
KNS_ASSERT_SIZE(kns_link, 16);

// Key of the hash map that counts chains. Unused links are zero.
struct kns_chain {
  kns_u32 slot;
  kns_u32 links;  // at least 1: the writer's
  struct kns_link link[KNS_LINKS];
};
KNS_ASSERT_SIZE(kns_chain, 8 + 16 * KNS_LINKS);

struct kns_chain_times {
  kns_u64 count;
  kns_u64 sum_ns[KNS_LINKS];  // of each link
  kns_u64 max_ns[KNS_LINKS];
};
KNS_ASSERT_SIZE(kns_chain_times, 8 + 16 * KNS_LINKS);

#endif  // KNOTESTAT_PROBES_WAIT_CHAIN_WAIT_CHAIN_H_

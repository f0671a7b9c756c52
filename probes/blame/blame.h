// blame probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_BLAME_BLAME_H_
#define KNOTESTAT_PROBES_BLAME_BLAME_H_

#include "probes/kns_shared.h"

struct kns_blame {
  struct kns_stack_totals totals;
  kns_u64 waits;      // klist_fini() that waited at all
  kns_u64 spun;       // those whose wait no thread ended by waking the writer
  kns_u64 spun_ns;    // and their time
  kns_u64 blamed_ns;  // the time of the others
};
KNS_ASSERT_SIZE(kns_blame, 48);

// Who woke the writer: the key of the hash map that sums waits. It is the stack
// itself, so that two stacks never share an entry. All is 0 but the slot if
// nobody woke the writer.
struct kns_waker {
  kns_u32 slot;
  kns_u32 user_depth;
  kns_u32 thread;    // its id in the process's pid namespace
  kns_u32 cpu;       // where it ran
  kns_u64 function;  // of a filter, which it had called last; 0: none
  kns_u64 user[KNS_USER_FRAMES];  // innermost first
};
KNS_ASSERT_SIZE(kns_waker, 344);

#endif  // KNOTESTAT_PROBES_BLAME_BLAME_H_

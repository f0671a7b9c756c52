// reader_blocked probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_
#define KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_

#include "probes/kns_shared.h"

// knotestat::usdt::BlockedBy, without kUnknown.
#define KNS_BLOCKED_BY_WRITER 1
#define KNS_BLOCKED_BY_WAITING_WRITER 2

struct kns_wait_total {
  kns_u64 count;
  kns_u64 sum;  // ns
};

struct kns_reader_blocked {
  kns_u64 lost;  // events whose arguments could not be read
  kns_u64 padding;
  struct kns_wait_total by_writer;          // those of `reader` whose lock
  struct kns_wait_total by_waiting_writer;  // can tell
  struct kns_histogram reader;  // ns that readers waited before their section
  struct kns_histogram writer;  // ns that writers waited
};
KNS_ASSERT_SIZE(kns_reader_blocked, 16 + 2 * 16 + 2 * 8 * (3 + 593));

#endif  // KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_

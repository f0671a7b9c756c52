// reader_blocked probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_
#define KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_

#include "probes/kns_shared.h"

struct kns_reader_blocked {
  kns_u64 lost;  // events whose arguments could not be read
  kns_u64 padding;
  struct kns_histogram reader;  // ns that readers waited before their section
  struct kns_histogram writer;  // ns that writers waited
};
KNS_ASSERT_SIZE(kns_reader_blocked, 16 + 2 * 8 * (3 + 593));

#endif  // KNOTESTAT_PROBES_READER_BLOCKED_READER_BLOCKED_H_

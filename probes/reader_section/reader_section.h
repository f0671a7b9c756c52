// reader_section probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_READER_SECTION_READER_SECTION_H_
#define KNOTESTAT_PROBES_READER_SECTION_READER_SECTION_H_

#include "probes/kns_shared.h"

struct kns_reader_section {
  kns_u64 lost;  // events whose arguments could not be read
  kns_u64 padding;
  struct kns_histogram operation;  // ns of sampled operations
};
KNS_ASSERT_SIZE(kns_reader_section, 16 + 8 * (3 + 593));

#endif  // KNOTESTAT_PROBES_READER_SECTION_READER_SECTION_H_

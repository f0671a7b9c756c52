// klist_fini probe: what BPF counts and the loader reads.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KLIST_FINI_KLIST_FINI_H_
#define KNOTESTAT_PROBES_KLIST_FINI_KLIST_FINI_H_

#include "probes/kns_shared.h"

struct kns_klist_fini {
  kns_u64 lost;  // events whose arguments could not be read
  kns_u64 padding;
  struct kns_histogram publish;
  struct kns_histogram wait;
  struct kns_histogram reclaim;
  struct kns_histogram total;   // publish + wait + reclaim
  struct kns_histogram knotes;  // knotes on the list, not ns
};
KNS_ASSERT_SIZE(kns_klist_fini, 16 + 5 * 8 * (3 + 593));

#endif  // KNOTESTAT_PROBES_KLIST_FINI_KLIST_FINI_H_

// Counts knotestat:klist__fini(publish_ns, wait_ns, reclaim_ns, knotes,
// strategy) in histograms for each slot.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/klist_fini/klist_fini.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/usdt.bpf.h>

#include "probes/kns_record.bpf.h"

volatile __u32 slot;
struct kns_klist_fini seen[KNS_MAX_SLOTS];

SEC("usdt")
int kns_klist_fini(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_klist_fini* into = &seen[index];

  long publish, wait, reclaim, knotes;
  if (bpf_usdt_arg(ctx, 0, &publish) || bpf_usdt_arg(ctx, 1, &wait) ||
      bpf_usdt_arg(ctx, 2, &reclaim) || bpf_usdt_arg(ctx, 3, &knotes)) {
    kns_add(&into->lost, 1);
    return 0;
  }
  int failed = kns_record(&into->publish, publish);
  failed |= kns_record(&into->wait, wait);
  failed |= kns_record(&into->reclaim, reclaim);
  failed |= kns_record(&into->total, publish + wait + reclaim);
  failed |= kns_record(&into->knotes, knotes);
  if (failed) kns_add(&into->lost, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

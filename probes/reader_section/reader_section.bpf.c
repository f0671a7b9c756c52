// Counts knotestat:reader__section(operation_ns, strategy), which fires after
// a sampled operation, in a histogram for each slot.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/reader_section/reader_section.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/usdt.bpf.h>

#include "probes/kns_record.bpf.h"

volatile __u32 slot;
struct kns_reader_section seen[KNS_MAX_SLOTS];

SEC("usdt")
int kns_reader_section(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  long ns;
  if (bpf_usdt_arg(ctx, 0, &ns) || kns_record(&seen[index].operation, ns)) {
    kns_add(&seen[index].lost, 1);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

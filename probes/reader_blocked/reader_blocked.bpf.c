// Counts knotestat:reader__blocked(wait_ns, strategy, blocked_by) and
// knotestat:writer__waiting(wait_ns, strategy) in histograms for each slot.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/reader_blocked/reader_blocked.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/usdt.bpf.h>

#include "probes/kns_record.bpf.h"

volatile __u32 slot;
struct kns_reader_blocked seen[KNS_MAX_SLOTS];

SEC("usdt")
int kns_reader_blocked(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_reader_blocked* into = &seen[index];
  long wait, blocked_by;
  if (bpf_usdt_arg(ctx, 0, &wait) || bpf_usdt_arg(ctx, 2, &blocked_by)) {
    kns_add(&into->lost, 1);
    return 0;
  }
  if (kns_record(&into->reader, wait)) kns_add(&into->lost, 1);
  if (blocked_by == KNS_BLOCKED_BY_WRITER) {
    kns_add(&into->by_writer.count, 1);
    kns_add(&into->by_writer.sum, wait);
  } else if (blocked_by == KNS_BLOCKED_BY_WAITING_WRITER) {
    kns_add(&into->by_waiting_writer.count, 1);
    kns_add(&into->by_waiting_writer.sum, wait);
  }
  return 0;
}

SEC("usdt")
int kns_writer_waiting(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  long wait;
  if (bpf_usdt_arg(ctx, 0, &wait) || kns_record(&seen[index].writer, wait)) {
    kns_add(&seen[index].lost, 1);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

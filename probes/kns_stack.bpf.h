// BPF side: reading the current thread's stacks.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_STACK_BPF_H_
#define KNOTESTAT_PROBES_KNS_STACK_BPF_H_

#include <bpf/bpf_helpers.h>

#include "probes/kns_record.bpf.h"
#include "probes/kns_shared.h"

// Both fill `frames`, innermost first, with zeroes after the outermost, and
// return their number, 0 if the stack cannot be read.
static __always_inline __u32
kns_read_user_stack(void* context, __u64 frames[KNS_USER_FRAMES],
                    struct kns_stack_totals* totals) {
  __builtin_memset(frames, 0, KNS_USER_FRAMES * sizeof(__u64));
  long bytes = bpf_get_stack(context, frames, KNS_USER_FRAMES * sizeof(__u64),
                             BPF_F_USER_STACK);
  if (bytes < 0) return 0;
  if (bytes == KNS_USER_FRAMES * sizeof(__u64)) kns_add(&totals->truncated, 1);
  return (__u32)bytes / sizeof(__u64);
}

static __always_inline __u32
kns_read_kernel_stack(void* context, __u64 frames[KNS_KERNEL_FRAMES],
                      struct kns_stack_totals* totals) {
  __builtin_memset(frames, 0, KNS_KERNEL_FRAMES * sizeof(__u64));
  long bytes =
      bpf_get_stack(context, frames, KNS_KERNEL_FRAMES * sizeof(__u64), 0);
  if (bytes < 0) return 0;
  if (bytes == KNS_KERNEL_FRAMES * sizeof(__u64)) {
    kns_add(&totals->truncated, 1);
  }
  return (__u32)bytes / sizeof(__u64);
}

#endif  // KNOTESTAT_PROBES_KNS_STACK_BPF_H_

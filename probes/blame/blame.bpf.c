// Charges the time that each klist_fini() waited to the stack of the thread
// that woke the writer last: the reader, or holder of a lock, that it waited
// for and that left last.
//
// A thread is known for a writer from its first klist_fini() on, so that first
// wait has no waker. From then on its task storage keeps the stack of whoever
// wakes it. knotestat:klist__fini fires on the same thread after the wait, with
// its length, and so tells whether the last wake-up fell into it. A writer that
// spins until it is done is not woken: that time is charged to no stack.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/blame/blame.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

#include "probes/kns_stack.bpf.h"
#include "probes/kns_target.bpf.h"

volatile __u32 slot;
struct kns_blame seen[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_STACKS);
  __type(key, struct kns_waker);
  __type(value, __u64);  // ns
} stacks SEC(".maps");

struct writer {
  __u64 woken_ns;  // 0: not since its last klist_fini()
  struct kns_waker waker;
};

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct writer);
} writers SEC(".maps");

// Threads of other processes have stacks that mean nothing to us, and so have
// interrupts of ours; a timer that ends a sleep is no reader that left, but its
// wake-up comes before the wait.
SEC("tp_btf/sched_waking")
int BPF_PROG(kns_waking, struct task_struct* wakee) {
  struct writer* writer = bpf_task_storage_get(&writers, wakee, 0, 0);
  if (!writer) return 0;
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS || !kns_is_target()) return 0;
  writer->waker.slot = index;
  writer->waker.user_depth =
      kns_read_user_stack(ctx, writer->waker.user, &seen[index].totals);
  writer->woken_ns = bpf_ktime_get_ns();
  return 0;
}

SEC("usdt")
int kns_blame_fini(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_blame* into = &seen[index];
  long wait, reclaim;
  struct writer* writer = bpf_task_storage_get(
      &writers, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!writer || bpf_usdt_arg(ctx, 1, &wait) ||
      bpf_usdt_arg(ctx, 2, &reclaim)) {
    kns_add(&into->totals.lost, 1);
    return 0;
  }
  if (wait == 0) return 0;
  kns_add(&into->waits, 1);
  struct kns_waker* waker = &writer->waker;
  // From before this wait: of an earlier sleep.
  if (bpf_ktime_get_ns() - writer->woken_ns > (__u64)wait + (__u64)reclaim ||
      waker->slot != index) {
    waker->user_depth = 0;
    __builtin_memset(waker->user, 0, sizeof(waker->user));
    waker->slot = index;
  }
  writer->woken_ns = 0;
  if (waker->user_depth) {
    kns_add(&into->blamed_ns, wait);
  } else {
    kns_add(&into->spun, 1);
    kns_add(&into->spun_ns, wait);
  }
  __u64* ns = bpf_map_lookup_elem(&stacks, waker);
  if (!ns) {
    __u64 none = 0;
    bpf_map_update_elem(&stacks, waker, &none, BPF_NOEXIST);
    ns = bpf_map_lookup_elem(&stacks, waker);
  }
  if (ns) {
    kns_add(ns, wait);
  } else {
    kns_add(&into->totals.lost, 1);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

// Charges the time that each klist_fini() waited to the stack of the thread
// that woke the writer last: the reader, or holder of a lock, that it waited
// for and that left last. By then a reader has returned from its driver's
// function, so which one that was is not on its stack: dispatch notes it in a
// variable of the thread (knote/called_function.h), which is read with the
// stack.
//
// A thread is known for a writer from its first klist_fini() on, so that first
// wait has no waker. From then on its task storage keeps the stack of whoever
// wakes it. knotestat:klist__fini fires on the same thread afterwards and says
// how long ago the wait began, and so whether the last wake-up came since. (One
// that came after the wait, by a holder of the object lock say, is taken for
// the waker too.) A writer that spins until it is done is not woken: that time
// is charged to no stack.
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

// Where that variable is, from the thread pointer on. Set by the loader before
// load; 0: there is none.
const volatile __s64 function_offset = 0;

volatile __u32 slot;
struct kns_blame seen[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_STACKS);
  __type(key, struct kns_waker);
  __type(value, struct kns_sum);  // ns
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

// The function of a filter that the current thread called last; 0 if there is
// none, or it cannot be read.
static __always_inline __u64 called_function(void) {
  __u64 function = 0;
  if (!function_offset) return 0;
#if defined(__TARGET_ARCH_x86)
  __u64 thread_pointer = bpf_get_current_task_btf()->thread.fsbase;
#else
#error "blame.bpf.c: add this architecture's thread pointer"
#endif
  if (bpf_probe_read_user(&function, sizeof(function),
                          (void*)(thread_pointer + function_offset)))
    return 0;
  return function;
}

// Threads of other processes have stacks that mean nothing to us, and so have
// interrupts of ours; a timer that ends a sleep is no reader that left, but its
// wake-up comes before the wait.
SEC("tp_btf/sched_waking")
int BPF_PROG(kns_waking, struct task_struct* wakee) {
  struct writer* writer = bpf_task_storage_get(&writers, wakee, 0, 0);
  if (!writer) return 0;
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  __u32 thread = kns_target_thread();
  if (!thread) return 0;
  struct kns_waker* waker = &writer->waker;
  waker->slot = index;
  waker->thread = thread;
  waker->cpu = bpf_get_smp_processor_id();
  waker->function = called_function();
  waker->user_depth =
      kns_read_user_stack(ctx, waker->user, &seen[index].totals);
  writer->woken_ns = bpf_ktime_get_ns();
  return 0;
}

SEC("usdt")
int kns_blame_fini(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_blame* into = &seen[index];
  long wait, since_wait_began;
  struct writer* writer = bpf_task_storage_get(
      &writers, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!writer || bpf_usdt_arg(ctx, 1, &wait) ||
      bpf_usdt_arg(ctx, 5, &since_wait_began)) {
    kns_add(&into->totals.lost, 1);
    return 0;
  }
  if (wait == 0) return 0;
  kns_add(&into->waits, 1);
  struct kns_waker* waker = &writer->waker;
  // From before this wait: of an earlier sleep.
  if (bpf_ktime_get_ns() - writer->woken_ns > (__u64)since_wait_began ||
      waker->slot != index) {
    __builtin_memset(waker, 0, sizeof(*waker));
    waker->slot = index;
  }
  writer->woken_ns = 0;
  if (waker->user_depth) {
    kns_add(&into->blamed_ns, wait);
  } else {
    kns_add(&into->spun, 1);
    kns_add(&into->spun_ns, wait);
  }
  if (kns_sum_up(&stacks, waker, wait)) kns_add(&into->totals.lost, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

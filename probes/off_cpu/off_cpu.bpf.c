// Follows the threads of one process off the CPU and back: for how long they
// slept and in which stack, and whether it was inside a reader section, that
// is, with driver code on the stack.
//
// Both questions need the user stack of the thread that leaves, so one program
// answers both and walks it once. The stack waits in the thread's task storage
// until the thread returns; other processes' threads have no storage, which is
// how the return side tells them apart. Walking the kernel's stack takes longer
// than all the rest and, for the same user stack, down to the system call's
// address, gives the same answer: it is walked once for each user stack.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/off_cpu/off_cpu.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "probes/kns_sleep.bpf.h"
#include "probes/kns_stack.bpf.h"
#include "probes/kns_target.bpf.h"

// Set by the loader before load.
const volatile __u64 driver_text_begin = 0;
const volatile __u64 driver_text_end = 0;

volatile __u32 slot;
volatile __u32 attachment;  // grows with each attach: older records are stale
struct kns_off_cpu seen[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_STACKS);
  __type(key, struct kns_sleeper);
  __type(value, struct kns_sleep);
} stacks SEC(".maps");

// What a thread left behind when it left its CPU.
struct departure {
  __u64 time_ns;
  __u64 collection;
  __u32 attachment;
  __u32 cpu;
  __u8 away;        // the rest is valid
  __u8 slept;       // it blocked; otherwise it was preempted
  __u8 in_section;  // driver code was on its stack
  __u8 padding[5];
  struct kns_sleeper sleeper;
};

// What new entries of `stacks` start as; too large for the BPF stack.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct kns_sleep);
} scratch SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct departure);
} departures SEC(".maps");

static __always_inline bool in_driver(const struct kns_sleeper* sleeper) {
  for (int i = 0; i < KNS_USER_FRAMES; i++) {
    __u64 address = sleeper->user[i];
    if (!address) return false;
    if (address >= driver_text_begin && address < driver_text_end) return true;
  }
  return false;
}

// Makes sure that the sleeper has an entry, with its kernel stack. Whether that
// worked is seen when the sleep ends.
static __always_inline void introduce(void* context,
                                      const struct kns_sleeper* sleeper,
                                      struct kns_stack_totals* totals) {
  if (bpf_map_lookup_elem(&stacks, sleeper)) return;
  __u32 zero = 0;
  struct kns_sleep* sleep = bpf_map_lookup_elem(&scratch, &zero);
  if (!sleep) return;  // cannot happen: the array has this entry
  sleep->ns = 0;
  sleep->kernel_depth = kns_read_kernel_stack(context, sleep->kernel, totals);
  bpf_map_update_elem(&stacks, sleeper, sleep, BPF_NOEXIST);
}

static __always_inline void leave(void* context, struct task_struct* task,
                                  bool slept) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS || !kns_is_target()) return;
  // Preempted threads matter only for migrations inside sections.
  if (!slept && driver_text_begin == driver_text_end) return;
  struct kns_stack_totals* totals = &seen[index].totals;

  struct departure* departure = bpf_task_storage_get(
      &departures, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!departure) {
    kns_add(&totals->lost, 1);
    return;
  }
  departure->away = 0;
  struct kns_sleeper* sleeper = &departure->sleeper;
  sleeper->slot = index;
  sleeper->user_depth = kns_read_user_stack(context, sleeper->user, totals);
  if (!sleeper->user_depth) kns_add(&totals->lost, 1);
  if (slept) introduce(context, sleeper, totals);
  departure->attachment = attachment;
  departure->collection = *(volatile __u64*)&seen[index].collection;
  departure->cpu = bpf_get_smp_processor_id();
  departure->slept = slept;
  departure->in_section = in_driver(sleeper);
  departure->time_ns = bpf_ktime_get_ns();
  departure->away = 1;
}

static __always_inline void arrive(struct task_struct* task) {
  struct departure* departure = bpf_task_storage_get(&departures, task, 0, 0);
  if (!departure || !departure->away) return;
  departure->away = 0;
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS || departure->attachment != attachment) return;
  struct kns_off_cpu* into = &seen[index];
  if (departure->sleeper.slot != index ||
      departure->collection != *(volatile __u64*)&into->collection) {
    if (departure->slept) kns_add(&into->spanned, 1);
    return;
  }
  if (departure->in_section && departure->cpu != bpf_get_smp_processor_id()) {
    kns_add(&into->migrated, 1);
  }
  if (!departure->slept) return;

  __u64 ns = bpf_ktime_get_ns() - departure->time_ns;
  int failed = kns_record(&into->sleep, ns);
  if (departure->in_section) failed |= kns_record(&into->section_sleep, ns);
  // A full map loses the stack; the sleep's length is counted all the same.
  struct kns_sleep* sleep = bpf_map_lookup_elem(&stacks, &departure->sleeper);
  if (sleep) kns_add(&sleep->ns, ns);
  if (failed || !sleep) kns_add(&into->totals.lost, 1);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(kns_off_cpu, bool preempt, struct task_struct* previous,
             struct task_struct* next) {
  leave(ctx, previous, kns_goes_to_sleep(ctx, preempt, previous));
  arrive(next);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

// Follows the threads of one process off the CPU and back: for how long they
// slept and in which stack, who ended that and in which stack, and whether it
// was inside a reader section, that is, with driver code on the stack.
//
// All need the user stack of the thread that leaves, so one program answers
// them and walks it once. Its number waits in the thread's task storage until
// the thread returns; other processes' threads have no storage, which is how
// the other sides tell them apart. The thread that wakes the sleeper leaves the
// number of its own stack there. Walking the kernel's stack takes longer than
// all the rest and, for the same user stack, down to the system call's address,
// gives the same answer: it is walked once for each user stack.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/off_cpu/off_cpu.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "probes/kns_sleep.bpf.h"
#include "probes/kns_stack.bpf.h"
#include "probes/kns_stack_number.bpf.h"
#include "probes/kns_target.bpf.h"
#include "probes/kns_waking.bpf.h"

// Set by the loader before load.
const volatile __u64 driver_text_begin = 0;
const volatile __u64 driver_text_end = 0;

volatile __u32 slot;
volatile __u32 attachment;  // grows with each attach: older records are stale
struct kns_off_cpu seen[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_STACKS);
  __type(key, struct kns_sleep);
  __type(value, struct kns_sum);  // ns
} sleeps SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_NUMBERED_STACKS);
  __type(key, __u32);  // the number of the user stack
  __type(value, struct kns_kernel_stack);
} kernel_stacks SEC(".maps");

// What new entries of `kernel_stacks` are copied from; too large for the BPF
// stack.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct kns_kernel_stack);
} scratch SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct kns_departure);
} departures SEC(".maps");

static __always_inline bool in_driver(const struct kns_stack* stack) {
  for (int i = 0; i < KNS_USER_FRAMES; i++) {
    __u64 address = stack->user[i];
    if (!address) return false;
    if (address >= driver_text_begin && address < driver_text_end) return true;
  }
  return false;
}

// Makes sure that the stack with this number has its kernel part.
static __always_inline void add_kernel_stack(void* context, __u32 number,
                                             struct kns_stack_totals* totals) {
  if (bpf_map_lookup_elem(&kernel_stacks, &number)) return;
  __u32 zero = 0;
  struct kns_kernel_stack* stack = bpf_map_lookup_elem(&scratch, &zero);
  if (!stack) return;  // cannot happen: the array has this entry
  stack->depth = kns_read_kernel_stack(context, stack->kernel, totals);
  bpf_map_update_elem(&kernel_stacks, &number, stack, BPF_NOEXIST);
}

// Whether the thread left in the slot and the collection that are now.
static __always_inline bool left_now(const struct kns_departure* departure,
                                     __u32 index, struct kns_off_cpu* into) {
  return departure->sleep.slot == index &&
         departure->collection == *(volatile __u64*)&into->collection;
}

// The thread leaves again, and was not seen to return. Some kernels of virtual
// machines keep switches away from a few tasks of theirs from all tracing, and
// the one that such a switch makes run is not seen to arrive.
static __always_inline void miss_return(struct kns_departure* departure,
                                        __u32 index, struct kns_off_cpu* into) {
  departure->away = 0;
  if (departure->attachment != attachment) return;
  if (!left_now(departure, index, into)) {
    if (departure->slept) kns_add(&into->spanned, 1);
  } else if (departure->slept || departure->in_section) {
    kns_add(&into->totals.lost, 1);
  }
}

static __always_inline void leave(void* context, struct task_struct* task,
                                  bool slept) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return;
  // Comes first: a thread that exits has no id left.
  struct kns_departure* departure =
      bpf_task_storage_get(&departures, task, 0, 0);
  if (departure && departure->away) miss_return(departure, index, &seen[index]);
  __u32 thread = kns_target_thread();
  if (!thread) return;
  // Preempted threads matter only for migrations inside sections.
  if (!slept && driver_text_begin == driver_text_end) return;
  struct kns_stack_totals* totals = &seen[index].totals;
  if (!departure)
    departure = bpf_task_storage_get(&departures, task, 0,
                                     BPF_LOCAL_STORAGE_GET_F_CREATE);
  struct kns_stack* stack = kns_current_stack(context, totals);
  if (!departure || !stack) {
    kns_add(&totals->lost, 1);
    return;
  }
  struct kns_sleep* sleep = &departure->sleep;
  sleep->slot = index;
  sleep->thread = thread;
  sleep->cpu = bpf_get_smp_processor_id();
  sleep->stack = KNS_LOST_STACK;
  sleep->waker = KNS_NOBODY;
  if (slept) {
    sleep->stack = kns_number_of(stack, totals);
    if (sleep->stack != KNS_LOST_STACK)
      add_kernel_stack(context, sleep->stack, totals);
  } else if (!stack->depth) {
    kns_add(&totals->lost, 1);
  }
  departure->attachment = attachment;
  departure->collection = *(volatile __u64*)&seen[index].collection;
  departure->slept = slept;
  departure->in_section = in_driver(stack);
  departure->time_ns = bpf_ktime_get_ns();
  departure->away = 1;
}

static __always_inline void arrive(struct task_struct* task) {
  struct kns_departure* departure =
      bpf_task_storage_get(&departures, task, 0, 0);
  if (!departure || !departure->away) return;
  departure->away = 0;
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS || departure->attachment != attachment) return;
  struct kns_off_cpu* into = &seen[index];
  const struct kns_sleep* sleep = &departure->sleep;
  if (!left_now(departure, index, into)) {
    if (departure->slept) kns_add(&into->spanned, 1);
    return;
  }
  if (departure->in_section && sleep->cpu != bpf_get_smp_processor_id()) {
    kns_add(&into->migrated, 1);
  }
  if (!departure->slept) return;

  __u64 ns = bpf_ktime_get_ns() - departure->time_ns;
  int failed = kns_record(&into->sleep, ns);
  if (departure->in_section) failed |= kns_record(&into->section_sleep, ns);
  // A lost stack, which is counted as such, or a full map: the sleep's length
  // is counted all the same.
  if (sleep->stack != KNS_LOST_STACK) failed |= kns_sum_up(&sleeps, sleep, ns);
  if (failed) kns_add(&into->totals.lost, 1);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(kns_off_cpu, bool preempt, struct task_struct* previous,
             struct task_struct* next) {
  leave(ctx, previous, kns_goes_to_sleep(ctx, preempt, previous));
  arrive(next);
  return 0;
}

// Comes before the sleeper is made to run, and so before its return.
SEC("tp_btf/sched_waking")
int BPF_PROG(kns_off_cpu_ends, struct task_struct* wakee) {
  struct kns_departure* departure =
      bpf_task_storage_get(&departures, wakee, 0, 0);
  if (!departure || !departure->away || !departure->slept) return 0;
  __u32 index = slot;
  struct kns_sleep* sleep = &departure->sleep;
  if (index >= KNS_MAX_SLOTS || sleep->slot != index) return 0;
  if (sleep->waker != KNS_NOBODY || departure->attachment != attachment)
    return 0;
  if (!kns_is_target() || !kns_wakes_by_itself(wakee)) return 0;
  sleep->waker = kns_number_of_current_stack(ctx, &seen[index].totals);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

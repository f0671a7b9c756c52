// BPF side: numbers for user stacks, so that an event can keep several stacks,
// which would be too long for the key of a map.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_STACK_NUMBER_BPF_H_
#define KNOTESTAT_PROBES_KNS_STACK_NUMBER_BPF_H_

#include <bpf/bpf_helpers.h>

#include "probes/kns_record.bpf.h"
#include "probes/kns_shared.h"
#include "probes/kns_stack.bpf.h"

volatile __u32 last_number;  // of a stack

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_NUMBERED_STACKS);
  __type(key, struct kns_stack);
  __type(value, __u32);  // its number
} stacks SEC(".maps");

// Too large for the BPF stack. All users have interrupts off, so none meets
// another one on its CPU.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct kns_stack);
} stack_scratch SEC(".maps");

// The current thread's user stack, until this is called again on this CPU.
static __always_inline struct kns_stack* kns_current_stack(
    void* context, struct kns_stack_totals* totals) {
  __u32 zero = 0;
  struct kns_stack* stack = bpf_map_lookup_elem(&stack_scratch, &zero);
  if (!stack) return 0;  // cannot happen: it has this entry
  stack->depth = kns_read_user_stack(context, stack->user, totals);
  return stack;
}

// The number of `stack`; KNS_LOST_STACK, and counted, if it has none.
static __always_inline __u32 kns_number_of(const struct kns_stack* stack,
                                           struct kns_stack_totals* totals) {
  __u32* number = bpf_map_lookup_elem(&stacks, stack);
  if (!number && stack->depth) {
    // Another CPU may insert it first: the lookup decides.
    __u32 next = __sync_fetch_and_add(&last_number, 1) + 1;
    bpf_map_update_elem(&stacks, stack, &next, BPF_NOEXIST);
    number = bpf_map_lookup_elem(&stacks, stack);
  }
  if (number) return *number;
  kns_add(&totals->lost, 1);
  return KNS_LOST_STACK;
}

// The number of the current thread's user stack.
static __always_inline __u32
kns_number_of_current_stack(void* context, struct kns_stack_totals* totals) {
  struct kns_stack* stack = kns_current_stack(context, totals);
  return stack ? kns_number_of(stack, totals) : KNS_LOST_STACK;
}

#endif  // KNOTESTAT_PROBES_KNS_STACK_NUMBER_BPF_H_

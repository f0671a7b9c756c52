// Samples user and kernel stacks of the threads that the loader attached it to,
// one perf event (software CPU clock) each, and counts equal stacks.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/on_cpu.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>

#include "probes/kns_stack.bpf.h"
#include "probes/kns_target.bpf.h"

volatile __u32 slot;
struct kns_stack_totals totals[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_STACKS);
  __type(key, struct kns_on_cpu_stack);
  __type(value, __u64);  // samples
} stacks SEC(".maps");

// Too large for the BPF stack. The sampling interrupt cannot interrupt itself.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct kns_on_cpu_stack);
} scratch SEC(".maps");

SEC("perf_event")
int kns_on_cpu(void* context) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_stack_totals* into = &totals[index];

  __u32 zero = 0;
  struct kns_on_cpu_stack* stack = bpf_map_lookup_elem(&scratch, &zero);
  if (!stack) return 0;  // cannot happen: the array has this entry
  stack->thread = kns_target_thread();
  stack->cpu = bpf_get_smp_processor_id();
  stack->slot = index;
  stack->user_depth = kns_read_user_stack(context, stack->user, into);
  stack->kernel_depth = kns_read_kernel_stack(context, stack->kernel, into);
  if (!stack->user_depth && !stack->kernel_depth) {
    kns_add(&into->lost, 1);
    return 0;
  }
  __u64* samples = bpf_map_lookup_elem(&stacks, stack);
  if (!samples) {
    // Another CPU may insert it first: the lookup decides.
    __u64 none = 0;
    bpf_map_update_elem(&stacks, stack, &none, BPF_NOEXIST);
    samples = bpf_map_lookup_elem(&stacks, stack);
  }
  kns_add(samples ? samples : &into->lost, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

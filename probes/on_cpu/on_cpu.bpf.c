// Samples user and kernel stacks of the threads that the loader attached it to,
// one perf event each, and counts equal stacks.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/on_cpu.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>

#include "probes/kns_stack.bpf.h"
#include "probes/kns_target.bpf.h"

volatile __u32 slot;
struct kns_stack_totals totals[KNS_ON_CPU_SLOTS];

// All samples, and the time that was spent on them here.
__u64 handled;
__u64 handled_ns;
// Makes a sample dearer, to test what the loader does then.
const volatile __u32 planted_rounds = 0;

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

static __always_inline void kns_sample(void* context, __u32 index,
                                       struct kns_stack_totals* into) {
  __u32 zero = 0;
  struct kns_on_cpu_stack* stack = bpf_map_lookup_elem(&scratch, &zero);
  if (!stack) return;  // cannot happen: the array has this entry
  stack->thread = kns_target_thread();
  stack->cpu = bpf_get_smp_processor_id();
  stack->slot = index;
  stack->user_depth = kns_read_user_stack(context, stack->user, into);
  stack->kernel_depth = kns_read_kernel_stack(context, stack->kernel, into);
  if (!stack->user_depth && !stack->kernel_depth) {
    kns_add(&into->lost, 1);
    return;
  }
  __u64* samples = bpf_map_lookup_elem(&stacks, stack);
  if (!samples) {
    // Another CPU may insert it first: the lookup decides.
    __u64 none = 0;
    bpf_map_update_elem(&stacks, stack, &none, BPF_NOEXIST);
    samples = bpf_map_lookup_elem(&stacks, stack);
  }
  kns_add(samples ? samples : &into->lost, 1);
}

SEC("perf_event")
int kns_on_cpu(void* context) {
  __u32 index = slot;
  if (index >= KNS_ON_CPU_SLOTS) return 0;
  __u64 begin = bpf_ktime_get_ns();
  kns_sample(context, index, &totals[index]);
  for (__u32 i = 0; i < KNS_MOST_PLANTED_ROUNDS && i < planted_rounds; i++)
    bpf_ktime_get_ns();
  kns_add(&handled_ns, bpf_ktime_get_ns() - begin);
  kns_add(&handled, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

// BPF side: whether the thread that tp_btf/sched_switch takes off its CPU goes
// to sleep or is preempted.
//
// Its state does not tell: between the scheduler's decision and the tracepoint
// the thread may have been woken already, on a machine that is short of CPU
// time about once in a thousand sleeps. From Linux 5.18 on the decision itself
// comes as an argument, behind the next task since 5.19. Before that the state
// is all there is, and such a sleep, which has ended as it began, is not seen.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_SLEEP_BPF_H_
#define KNOTESTAT_PROBES_KNS_SLEEP_BPF_H_

#include <linux/version.h>

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;

// `context`: the arguments of tp_btf/sched_switch, of which `preempt` is the
// first and `previous` the second. From 5.19 on the fourth is the state that
// `previous` was to be left in.
static __always_inline bool kns_goes_to_sleep(const __u64* context,
                                              bool preempt,
                                              struct task_struct* previous) {
  if (preempt) return false;
  // The verifier knows the version and skips what this kernel lacks.
  if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 19, 0)) return context[3] != 0;
  if (bpf_core_field_exists(previous->__state)) return previous->__state != 0;
  struct task_struct___before_5_14* old = (void*)previous;
  return BPF_CORE_READ(old, state) != 0;
}

#endif  // KNOTESTAT_PROBES_KNS_SLEEP_BPF_H_

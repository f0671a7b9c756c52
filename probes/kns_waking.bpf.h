// BPF side: what a thread sleeps on, and whether the thread that runs now is
// who ends that, rather than an interrupt that happens to have hit it.
//
// A thread inside futex(2) has the futex word, which is the lock, as the first
// argument of its system call, and whoever hands the lock over names the same
// word: an interrupt that wakes somebody whose time is up does not. Where the
// wakee sleeps on something else, an interrupt in the middle of a system call
// passes for that call, because not every kernel lets us read the count that
// tells them apart (some have its address in no symbol table). Both words stand
// in the registers that were saved when they entered the kernel, so no
// tracepoint of system calls is needed, which would slow every system call of
// the machine.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_WAKING_BPF_H_
#define KNOTESTAT_PROBES_KNS_WAKING_BPF_H_

#include <bpf/bpf_helpers.h>

#include "probes/kns_vmlinux.h"

// Set by the loader before load: numbers of system calls.
const volatile __s64 futex_number = 0;
const volatile __s64 exit_number = 0;
const volatile __s64 nanosleep_number = 0;
const volatile __s64 clock_nanosleep_number = 0;

// The system call that `task` is in; negative: none, it ran user code.
static __always_inline __s64 kns_system_call(struct task_struct* task) {
  struct pt_regs* registers = (struct pt_regs*)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
  return (__s64)registers->orig_ax;
#else
#error "kns_waking.bpf.h: add this architecture"
#endif
}

// The futex word that `task`, inside futex(2), names; 0: it is not there.
static __always_inline __u64 kns_futex_word(struct task_struct* task) {
  struct pt_regs* registers = (struct pt_regs*)bpf_task_pt_regs(task);
  return kns_system_call(task) == futex_number ? registers->di : 0;
}

// Whether the thread that runs now, one of the target's, wakes `wakee` by what
// it does.
static __always_inline bool kns_wakes_by_itself(struct task_struct* wakee) {
  struct task_struct* waker = bpf_get_current_task_btf();
  __s64 waits_in = kns_system_call(wakee);
  __s64 runs_in = kns_system_call(waker);
  if (runs_in < 0) return false;
  if (waits_in == nanosleep_number || waits_in == clock_nanosleep_number)
    return false;
  if (waits_in != futex_number) return true;
  // A thread that exits wakes those that join it.
  return runs_in == exit_number ||
         kns_futex_word(waker) == kns_futex_word(wakee);
}

#endif  // KNOTESTAT_PROBES_KNS_WAKING_BPF_H_

// The kernel's types as far as our BPF programs read them, so that a build
// does not depend on the build host's kernel. CO-RE relocates the accesses to
// the running kernel's layout at load.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_VMLINUX_H_
#define KNOTESTAT_PROBES_KNS_VMLINUX_H_

#include <linux/bpf.h>
#include <stdbool.h>

// Tells <bpf/bpf_tracing.h> that registers carry the kernel's names.
#define __VMLINUX_H__

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long r15, r14, r13, r12, bp, bx;
  unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
  unsigned long orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
  __u64 regs[31];
  __u64 sp, pc, pstate;
};
struct pt_regs {
  struct user_pt_regs user_regs;
};
#else
#error "kns_vmlinux.h: registers of this architecture are not described"
#endif

struct thread_struct {
  unsigned long fsbase;
} __attribute__((preserve_access_index));

struct task_struct {
  unsigned int __state;
  struct thread_struct thread;
} __attribute__((preserve_access_index));

// Linux before 5.14. The part after ___ is not the kernel's name (CO-RE).
struct task_struct___before_5_14 {
  long state;
} __attribute__((preserve_access_index));

#endif  // KNOTESTAT_PROBES_KNS_VMLINUX_H_

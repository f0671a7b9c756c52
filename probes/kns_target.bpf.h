// BPF side: whether the current thread is one of the process that is watched,
// whatever pid namespace that lives in.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_TARGET_BPF_H_
#define KNOTESTAT_PROBES_KNS_TARGET_BPF_H_

#include <bpf/bpf_helpers.h>

#include "probes/kns_vmlinux.h"

// Set by the loader before load. The process is named in its own pid namespace.
const volatile __u64 pid_namespace_device = 0;
const volatile __u64 pid_namespace_inode = 0;
const volatile __u32 target_process = 0;

// The current thread's id in the process's pid namespace; 0 if it is not one of
// the process.
static __always_inline __u32 kns_target_thread(void) {
  struct bpf_pidns_info here;
  if (bpf_get_ns_current_pid_tgid(pid_namespace_device, pid_namespace_inode,
                                  &here, sizeof(here))) {
    return 0;  // of another pid namespace
  }
  return here.tgid == target_process ? here.pid : 0;
}

static __always_inline bool kns_is_target(void) {
  return kns_target_thread() != 0;
}

#endif  // KNOTESTAT_PROBES_KNS_TARGET_BPF_H_

// A machine whose kernel can be looked into.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_KERNEL_MACHINE_H_
#define KNOTESTAT_TESTS_KNOTE_KERNEL_MACHINE_H_

#include "knote/netbsd/system_of.h"
#include "tests/knote/machine.h"

namespace knote {

template <class S>
struct KernelMachine : Machine {
  using Lwp = typename kernel<S>::lwp;

  KernelMachine()
      : Machine(FindStrategy(StrategyTitle(S::kInfo))->boot()),
        k(static_cast<netbsd::SystemOf<S>&>(*system).machine()),
        proc(static_cast<netbsd::ProcessOf<S>&>(*process).proc()),
        lwp(static_cast<netbsd::ThreadOf<S>&>(*main).lwp()) {}

  // What the process's knotes of number `ident` begin with.
  auto* KnoteOf(uintptr_t ident) { return proc.p_fd.HashList(ident); }

  kernel<S>& k;
  typename kernel<S>::proc& proc;
  Lwp& lwp;  // main's
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_KERNEL_MACHINE_H_

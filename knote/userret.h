// Where a thread is: at work in the kernel, on its way back to user mode, or
// asleep. A strategy whose readers do nothing learns from here that they are
// outside of their sections; for all others the code is empty.
//
// NetBSD has these places: mi_userret() ends every system call and interrupt,
// and its scheduler knows who is idle. Whatever may enter a section runs inside
// an lwp_onproc: system calls bring their own, loops that call the dispatch
// itself hold one, with mi_userret() after each turn.
//
// What it costs is charged to the strategy: mi_userret() is part of a measured
// operation, once in each.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_USERRET_H_
#define KNOTESTAT_KNOTE_USERRET_H_

#include "knote/kernel.h"

namespace knote {

// The thread `l`, which is at work, holds nothing of a driver: it is outside of
// sections.
template <class S>
[[gnu::always_inline]] inline void mi_userret(kernel<S>& k,
                                              typename kernel<S>::lwp& l) {
  if constexpr (AnnouncesQuiescence<S>) k.filterops_sync.Quiescent(l.l_sync);
}

// The thread is at work while this lives. Inside of another one it is nothing.
template <class S>
class [[nodiscard]] lwp_onproc {
 public:
  [[gnu::always_inline]] explicit lwp_onproc(typename kernel<S>::lwp& l)
      : lwp_(l) {
    if constexpr (AnnouncesQuiescence<S>)
      outermost_ = l.l_proc->p_kernel.filterops_sync.Online(l.l_sync);
  }
  [[gnu::always_inline]] ~lwp_onproc() {
    if constexpr (AnnouncesQuiescence<S>) {
      if (outermost_) lwp_.l_proc->p_kernel.filterops_sync.Offline(lwp_.l_sync);
    }
  }
  lwp_onproc(const lwp_onproc&) = delete;
  lwp_onproc& operator=(const lwp_onproc&) = delete;

 private:
  typename kernel<S>::lwp& lwp_;
  bool outermost_ = false;
};

// The thread sleeps, outside of sections, while this lives.
template <class S>
class [[nodiscard]] lwp_asleep {
 public:
  explicit lwp_asleep(typename kernel<S>::lwp& l) : lwp_(l) {
    if constexpr (AnnouncesQuiescence<S>)
      was_onproc_ = l.l_proc->p_kernel.filterops_sync.Offline(l.l_sync);
  }
  ~lwp_asleep() {
    if constexpr (AnnouncesQuiescence<S>) {
      if (was_onproc_) lwp_.l_proc->p_kernel.filterops_sync.Online(lwp_.l_sync);
    }
  }
  lwp_asleep(const lwp_asleep&) = delete;
  lwp_asleep& operator=(const lwp_asleep&) = delete;

 private:
  typename kernel<S>::lwp& lwp_;
  bool was_onproc_ = false;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_USERRET_H_

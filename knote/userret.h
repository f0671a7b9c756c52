// Where a thread is: at work in the kernel, on its way back to user mode, or
// asleep. A strategy whose readers do nothing learns from here that they are
// outside of their sections; for all others the code is empty.
//
// NetBSD has these places: mi_userret() ends every system call and interrupt,
// and its scheduler knows who is idle. Whatever may enter a section runs inside
// an lwp_onproc: system calls bring their own, loops that call the dispatch
// itself hold one, with mi_userret() after each turn.
//
// A driver's function may make system calls of the emulated system, and sleep
// in them: that is a sleep in the section in which it runs. Unless with
// NOTE_SUBMIT, by which it may not sleep, it is called in a system call. So a
// system call within another one of the same lwp is inside of a section, and
// one within none is outside. (Loops that call the dispatch themselves have
// drivers that make no system calls.)
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

// A system call in which the thread may enter sections or sleep: at work while
// this lives.
template <class S>
class [[nodiscard]] lwp_syscall {
 public:
  [[gnu::always_inline]] explicit lwp_syscall(typename kernel<S>::lwp& l)
      : onproc_(l), lwp_(l) {
    if constexpr (AnnouncesQuiescence<S>) ++l.l_syscalls;
  }
  [[gnu::always_inline]] ~lwp_syscall() {
    if constexpr (AnnouncesQuiescence<S>) --lwp_.l_syscalls;
  }
  lwp_syscall(const lwp_syscall&) = delete;
  lwp_syscall& operator=(const lwp_syscall&) = delete;

 private:
  const lwp_onproc<S> onproc_;
  typename kernel<S>::lwp& lwp_;
};

// In a system call, with no section of its own open: the thread holds nothing
// of a driver unless a driver's function made the call.
template <class S>
void syscall_quiescent(typename kernel<S>::lwp& l) {
  if constexpr (AnnouncesQuiescence<S>) {
    if (l.l_syscalls <= 1) mi_userret(l.l_proc->p_kernel, l);
  }
}

// The thread sleeps in a system call while this lives: outside of sections
// unless a driver's function made the call.
template <class S>
class [[nodiscard]] lwp_asleep {
 public:
  explicit lwp_asleep(typename kernel<S>::lwp& l) : lwp_(l) {
    if constexpr (AnnouncesQuiescence<S>) {
      was_onproc_ = l.l_syscalls <= 1 &&
                    l.l_proc->p_kernel.filterops_sync.Offline(l.l_sync);
    }
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

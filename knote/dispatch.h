// filter_attach, filter_detach, filter_event, filter_touch, KNOTE: the only
// places that call through a knote's filterops, and so the reader sections
// whose cost knotestat measures.
//
//  filter_attach   no section: a driver that detaches refuses new knotes
//                  under its object lock before it calls klist_fini()
//  filter_detach   in a section
//  filter_event    in a section; from KNOTE() in one, or by contract
//  filter_touch    no section: only built-in filters have f_touch, whose code
//                  never goes away; called with kq_lock held
//
// "By contract" is what NetBSD shipped for KNOTE(): a driver does not call it
// once it has begun to detach, which its object lock makes sure of, so there
// is nothing to protect against. Strategies that cannot enter a section under
// an object lock have no other choice.
//
// Whoever calls these is inside an lwp_onproc (userret.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DISPATCH_H_
#define KNOTESTAT_KNOTE_DISPATCH_H_

#include "knote/activate.h"
#include "knote/called_function.h"
#include "knote/userret.h"

namespace knote {

// How KNOTE() is kept apart from klist_fini().
enum class SubmitProtection { kSection, kContract };

namespace internal {

// The functions of a module's filter: one that throws has failed, and its
// caller's locks and sections are not to suffer.
template <class Env>
int EventOf(const filterops<Env>& fop, knote<Env>& kn, long hint) {
  NoteCall<Env>(fop.f_event);
  try {
    return fop.f_event(&kn, hint);
  } catch (...) {
    return 0;
  }
}
template <class Env>
int AttachOf(const filterops<Env>& fop, knote<Env>& kn) {
  try {
    const int error = fop.f_attach(&kn);
    return error < 0 ? EINVAL : error;  // a negative one would look like events
  } catch (...) {
    return EFAULT;
  }
}
template <class Env>
void DetachOf(const filterops<Env>& fop, knote<Env>& kn) {
  NoteCall<Env>(fop.f_detach);
  try {
    fop.f_detach(&kn);
  } catch (...) {
  }
}

// Apart from CallEvent(): a handler for exceptions there costs every section a
// quarter of a nanosecond.
template <class S>
[[gnu::noinline]] int CallEventGuarded(kernel<S>& k, knote<typename S::Env>& kn,
                                       long hint) noexcept {
  const auto* fop = kn.kn_fop.load(std::memory_order_acquire);
  if (fop->f_flags & FILTEROP_MPSAFE) return EventOf(*fop, kn, hint);
  k.KERNEL_LOCK.Enter();
  const int active = EventOf(*fop, kn, hint);
  k.KERNEL_LOCK.Exit();
  return active;
}

template <class S>
int CallEvent(kernel<S>& k, knote<typename S::Env>& kn, long hint) {
  // Acquire: pairs with Fini::Neuter(), and with f_attach for a new knote.
  const auto* fop = kn.kn_fop.load(std::memory_order_acquire);
  if ((fop->f_flags & (FILTEROP_MPSAFE | FILTEROP_REGISTERED)) ==
      FILTEROP_MPSAFE) [[likely]] {
    auto* const f_event = fop->f_event;
    NoteCall<typename S::Env>(f_event);
    return f_event(&kn, hint);
  }
  return CallEventGuarded(k, kn, hint);
}

}  // namespace internal

// Runs f_attach; 0 or its errno. The caller holds fd_lock.
template <class S>
int filter_attach(kernel<S>& k, knote<typename S::Env>& kn) {
  // Decided before the call: f_attach of a descriptor's filter replaces it.
  const auto* fop = kn.kn_fop.load(std::memory_order_relaxed);
  if (fop->f_flags & FILTEROP_MPSAFE) return internal::AttachOf(*fop, kn);
  k.KERNEL_LOCK.Enter();
  const int error = internal::AttachOf(*fop, kn);
  k.KERNEL_LOCK.Exit();
  return error;
}

// Runs f_detach. The caller holds fd_lock and has claimed the detach.
template <class S>
void filter_detach(kernel<S>& k, typename kernel<S>::lwp& l,
                   knote<typename S::Env>& kn) {
  DetachSectionOf<S> section(k.filterops_sync, l.l_sync, kn,
                             kernel<S>::knote_impl::Of(kn).ki_sync);
  const auto* fop = kn.kn_fop.load(std::memory_order_acquire);
  if (fop->f_flags & FILTEROP_MPSAFE) {
    internal::DetachOf(*fop, kn);
  } else {
    k.KERNEL_LOCK.Enter();
    internal::DetachOf(*fop, kn);
    k.KERNEL_LOCK.Exit();
  }
}

// Runs f_event in a section; nonzero if the knote is active.
template <class S>
[[gnu::always_inline]] inline int filter_event(kernel<S>& k,
                                               typename kernel<S>::lwp& l,
                                               knote<typename S::Env>& kn,
                                               long hint) {
  typename S::Section section(k.filterops_sync, l.l_sync, kn,
                              kernel<S>::knote_impl::Of(kn).ki_sync);
  return internal::CallEvent(k, kn, hint);
}

// Runs f_touch. The caller holds kq_lock; `kn` is of a built-in filter.
template <class S>
int filter_touch(knote<typename S::Env>& kn, kevent* kev, long type) {
  return kn.kn_kfilter->filtops->f_touch(&kn, kev, type);
}

// Submits an event to all knotes of `list`. The caller holds the object lock
// and passes NOTE_SUBMIT in `hint`.
template <SubmitProtection kProtection, class S>
[[gnu::always_inline]] inline void KNOTE(kernel<S>& k,
                                         typename kernel<S>::lwp& l,
                                         klist<typename S::Env>* list,
                                         long hint) {
  for (auto* kn = list->slh_first; kn != nullptr; kn = kn->kn_selnext) {
    const int active = kProtection == SubmitProtection::kSection
                           ? filter_event(k, l, *kn, hint)
                           : internal::CallEvent(k, *kn, hint);
    if (active) knote_activate<S>(*kn);
  }
}

// KNOTE() as the kernel's own files use it, which are never detached: with a
// section where the strategy lets one be entered under an object lock, so that
// they cost what a driver costs; by contract elsewhere. Object lock held.
template <class S>
void selnotify(typename kernel<S>::lwp& l, klist<typename S::Env>& list) {
  constexpr auto kProtection =
      S::kInfo.covers_submit && S::kInfo.enter_under_spin_lock
          ? SubmitProtection::kSection
          : SubmitProtection::kContract;
  KNOTE<kProtection>(l.l_proc->p_kernel, l, &list, NOTE_SUBMIT);
}
template <class S>
void selnotify(typename kernel<S>::lwp& l, selinfo<typename S::Env>& sip) {
  selnotify<S>(l, sip.sel_klist);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DISPATCH_H_

// Taking a knote apart, and who may: the in-flux and KN_WILLDETACH protocol.
//
// Several threads can want to detach one knote: EV_DELETE, EV_ONESHOT, the
// close of its descriptor, the close of its kqueue. Whoever sets KN_WILLDETACH
// first (under kq_lock) owns the detach and leaves its mark in udata; the
// others wait until the knote is gone and look again. A knote in flux
// (ki_influx > 0) may be looked at without fd_lock by the thread that put it
// there, so a detach waits for that to end.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DETACH_H_
#define KNOTESTAT_KNOTE_DETACH_H_

#include "knote/dispatch.h"

namespace knote {

// Puts the knote in flux; false if it is about to be detached. kq_lock held.
template <class S>
bool kn_enter_flux(knote<typename S::Env>& kn) {
  if (kn.kn_status & KN_WILLDETACH) return false;
  KASSERT(kernel<S>::knote_impl::Of(kn).ki_influx != UINT16_MAX);
  ++kernel<S>::knote_impl::Of(kn).ki_influx;
  return true;
}

// Takes the knote out of flux. kq_lock held.
template <class S>
void kn_leave_flux(knote<typename S::Env>& kn) {
  KASSERT(kernel<S>::knote_impl::Of(kn).ki_influx > 0);
  if (--kernel<S>::knote_impl::Of(kn).ki_influx == 0)
    kernel<S>::KqOf(kn).kq_cv.cv_broadcast();
}

template <class S>
bool kn_in_flux(knote<typename S::Env>& kn) {
  return kernel<S>::knote_impl::Of(kn).ki_influx > 0;
}

// The mark of the calling thread in the udata of a knote that it detaches.
template <class S>
void* DetachOwner() {
  return reinterpret_cast<void*>(S::Env::ThreadId());
}

// Claims the detach. fd_lock and kq_lock held.
template <class S>
void KNOTE_WILLDETACH(knote<typename S::Env>& kn) {
  kn.kn_status |= KN_WILLDETACH;
  kernel<S>::knote_impl::Of(kn).ki_willdetach = true;
  kn.kn_kevent.udata = DetachOwner<S>();
}

// Waits until `kn`, whose detach is the caller's, is out of flux. kq_lock held.
template <class S>
void kn_wait_flux(typename kernel<S>::lwp& l, knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  while (kn_in_flux<S>(kn)) {
    const lwp_asleep<S> asleep(l);
    kq.kq_cv.cv_wait(kq.kq_lock);
  }
}

// Claims the detach for the caller, who holds fd_lock. False: go on and
// detach. True: fd_lock was dropped, look again at everything: `kn` may be
// gone, or it is the caller's now and was waited for.
template <class S>
bool knote_detach_quiesce(typename kernel<S>::lwp& l,
                          knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  auto& fdp = kq.kq_fdp;
  kq.kq_lock.mutex_enter();
  if ((kn.kn_status & KN_WILLDETACH) != 0 &&
      kn.kn_kevent.udata != DetachOwner<S>()) {
    // The owner finishes without us, but needs fd_lock. The kqueue itself can
    // be gone by the time it has, so there is nothing to wait on.
    kq.kq_lock.mutex_exit();
    fdp.fd_lock.mutex_exit();
    S::Env::Yield();
    return true;
  }
  // Claimed before, it was waited for, and nothing goes in flux since.
  KASSERT((kn.kn_status & KN_WILLDETACH) == 0 || !kn_in_flux<S>(kn));
  KNOTE_WILLDETACH<S>(kn);
  const bool in_flux = kn_in_flux<S>(kn);
  if (in_flux) {
    // The claim keeps the knote (and its kqueue) from going meanwhile.
    fdp.fd_lock.mutex_exit();
    kn_wait_flux<S>(l, kn);
  }
  kq.kq_lock.mutex_exit();
  return in_flux;
}

// Unlinks `kn` from a list of its descriptor table. fd_lock held.
template <class Env>
void knote_unlink(knote<Env>** list, knote<Env>& kn) {
  while (*list != &kn) list = &(*list)->kn_link;
  *list = kn.kn_link;
}

// Takes the knote off its queue. fd_lock held, kq_lock not.
template <class S>
void knote_dequeue(knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  for (;;) {
    kmutex_guard guard(kq.kq_lock);
    KASSERT(!kn_in_flux<S>(kn));
    if (kn.kn_status & KN_QUEUED) {
      kqueue_check<S>(kq);
      KASSERT(kq.Count() != 0);
      kn.kn_status &= ~KN_QUEUED;
      kq.Remove(kn);
      --kq.kq_count;
      kqueue_check<S>(kq);
      return;
    }
    if ((kn.kn_status & KN_BUSY) == 0) return;
  }
}

// Detaches and frees a knote whose detach the caller owns. fd_lock is held on
// entry and released. `dofop` is false if f_attach failed.
template <class S>
void knote_detach(typename kernel<S>::lwp& l, knote<typename S::Env>& kn,
                  bool dofop) {
  using Impl = typename kernel<S>::knote_impl;
  kernel<S>& k = l.l_proc->p_kernel;
  auto& fdp = kernel<S>::KqOf(kn).kq_fdp;
  KASSERT(fdp.fd_lock.mutex_held());
  KASSERT((kn.kn_status & KN_MARKER) == 0);
  KASSERT(Impl::Of(kn).ki_willdetach);
  if (dofop) filter_detach(k, l, kn);
  // kn_fop may point into an unloaded driver from here on; kn_obj says what
  // FILTEROP_ISFD said.
  const bool isfd = kn.kn_obj != nullptr;
  const uintptr_t ident = kn.kn_kevent.ident;
  knote_unlink(isfd ? &fdp.Slot(ident)->ff_knlist : &fdp.HashList(ident), kn);
  knote_dequeue<S>(kn);
  fdp.fd_lock.mutex_exit();
  if (isfd) fd_putfile(fdp, ident);
  if (dofop) kn.kn_kfilter->refcnt.fetch_sub(1, std::memory_order_release);
  if (k.filterops_sync.Retire(Impl::Of(kn).ki_sync)) delete &Impl::Of(kn);
}

// Detaches all knotes of descriptor `fd`, which is being closed.
template <class S>
void knote_fdclose(typename kernel<S>::lwp& l, uintptr_t fd) {
  auto& fdp = l.l_proc->p_fd;
  fdp.fd_lock.mutex_enter();
  while (auto* kn = fdp.Slot(fd)->ff_knlist) {
    if (!knote_detach_quiesce<S>(l, *kn)) knote_detach<S>(l, *kn, true);
    fdp.fd_lock.mutex_enter();  // both have dropped it
  }
  fdp.fd_lock.mutex_exit();
}

// The first knote of `kq` on `list`, or null. fd_lock held.
template <class S>
knote<typename S::Env>* knote_of_kqueue(knote<typename S::Env>* list,
                                        typename kernel<S>::kqueue& kq) {
  while (list != nullptr && list->kn_kq != &kq) list = list->kn_link;
  return list;
}

// Detaches all knotes of `kq`, whose last descriptor was closed.
template <class S>
void kqueue_doclose(typename kernel<S>::lwp& l,
                    typename kernel<S>::kqueue& kq) {
  auto& fdp = kq.kq_fdp;
  const auto drain = [&](auto&& list_of) {
    while (auto* kn = knote_of_kqueue<S>(list_of(), kq)) {
      if (!knote_detach_quiesce<S>(l, *kn)) knote_detach<S>(l, *kn, true);
      fdp.fd_lock.mutex_enter();
    }
  };
  fdp.fd_lock.mutex_enter();
  {
    kmutex_guard guard(kq.kq_lock);
    kq.kq_count |= kq.KQ_CLOSING;
  }
  for (size_t fd = 0; fdp.Slot(fd) != nullptr; ++fd)
    drain([&] { return fdp.Slot(fd)->ff_knlist; });
  for (auto& bucket : fdp.fd_knhash) drain([&] { return bucket; });
  fdp.fd_lock.mutex_exit();
  KASSERT(kq.kq_first == nullptr && kq.Count() == 0);
  KASSERT(kq.kq_sel.sel_klist.slh_first == nullptr);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DETACH_H_

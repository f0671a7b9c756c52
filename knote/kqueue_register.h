// kqueue_register(): one change of a kevent() call.
//
// Runs under kqueue_filter_lock (reader) and fd_lock from the lookup to the
// end, across f_attach and f_event, as in NetBSD: every registration in the
// system meets in that reader lock, and those of one process in fd_lock.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KQUEUE_REGISTER_H_
#define KNOTESTAT_KNOTE_KQUEUE_REGISTER_H_

#include <memory>

#include "knote/detach.h"

namespace knote {

namespace internal {

// Holds kqueue_filter_lock for the duration of a registration.
template <class Env>
struct filter_lock_guard {
  explicit filter_lock_guard(krwlock<Env>& rw) : lock(rw) {
    lock.template rw_enter<RW_READER>();
  }
  ~filter_lock_guard() { lock.template rw_exit<RW_READER>(); }
  filter_lock_guard(const filter_lock_guard&) = delete;
  filter_lock_guard& operator=(const filter_lock_guard&) = delete;
  krwlock<Env>& lock;
};

// EV_DELETE. fd_lock is held on entry and released.
template <class S>
int DeleteKnote(typename kernel<S>::lwp& l, knote<typename S::Env>& kn) {
  auto& fdp = kernel<S>::KqOf(kn).kq_fdp;
  if (kn.kn_status & KN_WILLDETACH) {
    // Somebody else got there first: to the caller it is gone already.
    fdp.fd_lock.mutex_exit();
    return ENOENT;
  }
  if (!knote_detach_quiesce<S>(l, kn)) knote_detach<S>(l, kn, true);
  return 0;
}

// What EV_ADD makes of a change. Not visible to anyone yet.
template <class S>
std::unique_ptr<typename kernel<S>::knote_impl> MakeKnote(
    typename kernel<S>::kqueue& kq, kfilter<typename S::Env>& filter,
    file<typename S::Env>* fp, const kevent& kev) {
  auto kn = std::make_unique<typename kernel<S>::knote_impl>();
  kn->kn_kq = &kq;
  kn->kn_obj = fp;
  kn->kn_kfilter = &filter;
  kn->kn_fop.store(filter.filtops, std::memory_order_relaxed);
  kn->kn_sfflags = kev.fflags;
  kn->kn_sdata.store(kev.data, std::memory_order_relaxed);
  kn->kn_kevent = kev;
  kn->kn_kevent.fflags = 0;
  kn->kn_kevent.data = 0;
  return kn;
}

// An EV_ADD of an existing knote, or any other change of it. fd_lock held.
template <class S>
int ModifyKnote(typename kernel<S>::kqueue& kq, knote<typename S::Env>& kn,
                kevent& kev) {
  kn.kn_kevent.udata = kev.udata;
  if (kn.kn_kfilter->filtops->f_touch != nullptr) {
    kmutex_guard guard(kq.kq_lock);
    return filter_touch<S>(kn, &kev, EVENT_REGISTER);
  }
  kn.kn_sfflags = kev.fflags;
  kn.kn_sdata.store(kev.data, std::memory_order_relaxed);
  return 0;
}

}  // namespace internal

// Applies one change to `kq`: 0, or ENOENT, EINVAL, EBADF, or f_attach's errno.
template <class S>
int kqueue_register(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                    kevent kev) {
  kernel<S>& k = l.l_proc->p_kernel;
  auto& fdp = kq.kq_fdp;
  if (kev.filter >= EVFILT_SYSCOUNT || !k.kfilters[kev.filter].filtops)
    return EINVAL;
  auto& filter = k.kfilters[kev.filter];
  const bool isfd = (filter.filtops->f_flags & FILTEROP_ISFD) != 0;

  internal::filter_lock_guard filter_guard(k.kqueue_filter_lock);
  auto* fp = isfd ? fd_getfile(fdp, kev.ident) : nullptr;
  if (isfd && fp == nullptr) return EBADF;

  fdp.fd_lock.mutex_enter();
  auto** list =
      isfd ? &fdp.Slot(kev.ident)->ff_knlist : &fdp.HashList(kev.ident);
  auto* kn = *list;
  while (kn != nullptr &&
         !(kn->kn_kevent.ident == kev.ident && kn->kn_kq == &kq &&
           kn->kn_kevent.filter == kev.filter))
    kn = kn->kn_link;

  int error = 0;
  const bool create = kn == nullptr && (kev.flags & EV_ADD) != 0;
  const auto done = [&] {
    fdp.fd_lock.mutex_exit();
    if (isfd) fd_putfile(fdp, kev.ident);
    return error;
  };
  if (kn == nullptr && !create) {
    error = ENOENT;
    return done();
  }
  if (create && isfd &&
      (fdp.Slot(kev.ident)->ff_refcnt.load(std::memory_order_relaxed) &
       fdfile<typename S::Env>::kClosing) != 0) {
    error = EBADF;  // knote_fdclose() may have looked already
    return done();
  }
  if (!create && (kev.flags & EV_DELETE) != 0) {
    error = internal::DeleteKnote<S>(l, *kn);  // releases fd_lock
    if (isfd) fd_putfile(fdp, kev.ident);
    return error;
  }
  if (create) {
    kn = internal::MakeKnote<S>(kq, filter, fp, kev).release();
    kn->kn_link = *list;
    *list = kn;
    error = filter_attach(k, *kn);
    if (error != 0) {
      KNOTE_WILLDETACH<S>(*kn);
      knote_detach<S>(l, *kn, false);  // also puts the reference back
      return error;
    }
    filter.refcnt.fetch_add(1, std::memory_order_relaxed);
  } else {
    error = internal::ModifyKnote<S>(kq, *kn, kev);
    if (error != 0) return done();
  }
  if (filter_event(k, l, *kn, 0)) knote_activate<S>(*kn);
  if (kev.flags & EV_DISABLE) {
    kmutex_guard guard(kq.kq_lock);
    kn->kn_status |= KN_DISABLED;
  }
  if (kev.flags & EV_ENABLE) knote_enqueue<S>(*kn);
  fdp.fd_lock.mutex_exit();
  if (isfd && !create) fd_putfile(fdp, kev.ident);  // else the knote's own
  return 0;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KQUEUE_REGISTER_H_

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
#include "knote/kfilter.h"

namespace knote {

namespace internal {

// EV_DELETE. fd_lock is held on entry and released.
template <class S>
void DeleteKnote(typename kernel<S>::lwp& l, knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  auto& fd_lock = kq.kq_fdp.fd_lock;
  kq.kq_lock.mutex_enter();
  if (kn.kn_status & KN_WILLDETACH) {
    // Somebody else got there first: it is on its way out.
    kq.kq_lock.mutex_exit();
    fd_lock.mutex_exit();
    return;
  }
  KNOTE_WILLDETACH<S>(kn);
  if (kn_in_flux<S>(kn)) {
    // The knote is ours: we may touch it after the wait.
    fd_lock.mutex_exit();
    kn_wait_flux<S>(l, kn);
    kq.kq_lock.mutex_exit();
    fd_lock.mutex_enter();
  } else {
    kq.kq_lock.mutex_exit();
  }
  knote_detach<S>(l, kn, true);  // releases fd_lock
}

// EV_ADD of `kn`, which f_attach has refused. fd_lock is held on entry and
// released. Nobody else has seen the knote, so it is not in flux.
template <class S>
void ForgetKnote(typename kernel<S>::lwp& l, knote<typename S::Env>& kn) {
  {
    kmutex_guard guard(kernel<S>::KqOf(kn).kq_lock);
    KNOTE_WILLDETACH<S>(kn);
  }
  knote_detach<S>(l, kn, false);
}

// What EV_ADD makes of a change. Not visible to anyone yet.
template <class S>
std::unique_ptr<typename kernel<S>::knote_impl> MakeKnote(
    typename kernel<S>::kqueue& kq, kfilter<typename S::Env>& filter,
    file<typename S::Env>* fp, kevent& kev) {
  auto kn = std::make_unique<typename kernel<S>::knote_impl>();
  kn->kn_kq = &kq;
  kn->kn_obj = fp;
  kn->kn_kfilter = &filter;
  kn->kn_fop.store(filter.filtops, std::memory_order_relaxed);
  kn->kn_sfflags = kev.fflags;
  kn->kn_sdata.store(kev.data, std::memory_order_relaxed);
  kev.fflags = 0;  // in the receipt, too
  kev.data = 0;
  kn->kn_kevent = kev;
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
  // Read by f_event under the object lock alone, as kn_sdata is.
  std::atomic_ref(kn.kn_sfflags).store(kev.fflags, std::memory_order_relaxed);
  kn.kn_sdata.store(kev.data, std::memory_order_relaxed);
  return 0;
}

// The knote of `kq` for `kev` on a list of its descriptor table, or null.
// fd_lock held.
template <class S>
knote<typename S::Env>* FindKnote(knote<typename S::Env>* kn,
                                  const typename kernel<S>::kqueue& kq,
                                  const kevent& kev) {
  while (kn != nullptr &&
         !(kn->kn_kevent.ident == kev.ident && kn->kn_kq == &kq &&
           kn->kn_kevent.filter == kev.filter))
    kn = kn->kn_link;
  return kn;
}

// What kqueue_register() ends with: a look at the event, then EV_DISABLE and
// EV_ENABLE. fd_lock held.
template <class S>
void ActivateRegistered(typename kernel<S>::lwp& l,
                        typename kernel<S>::kqueue& kq,
                        knote<typename S::Env>& kn, uint32_t flags) {
  if (filter_event(l.l_proc->p_kernel, l, kn, 0)) knote_activate<S>(kn);
  if (flags & EV_DISABLE) {
    kmutex_guard guard(kq.kq_lock);
    kn.kn_status |= KN_DISABLED;
  }
  if (flags & EV_ENABLE) knote_enqueue<S>(kn);
}

// Makes the knote that `kev` asks for and puts it on `list`. fd_lock is held on
// entry and released. Takes over the reference to `fp`, if any.
template <class S>
int AddKnote(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
             kfilter<typename S::Env>& filter, file<typename S::Env>* fp,
             knote<typename S::Env>*& list, kevent& kev) {
  auto& kn = *MakeKnote<S>(kq, filter, fp, kev).release();
  kn.kn_link = list;
  list = &kn;
  if (const int error = filter_attach(l.l_proc->p_kernel, kn)) {
    ForgetKnote<S>(l, kn);
    return error;
  }
  filter.refcnt.fetch_add(1, std::memory_order_relaxed);
  ActivateRegistered<S>(l, kq, kn, kev.flags);
  kq.kq_fdp.fd_lock.mutex_exit();
  return 0;
}

}  // namespace internal

// Applies one change to `kq`: 0, or ENOENT, EINVAL, EBADF, ENOTSUP for a filter
// of a module that has f_touch, or f_attach's errno.
// Leaves in `kev` what NetBSD's receipts show.
template <class S>
int kqueue_register(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                    kevent& kev) {
  using Env = typename S::Env;
  kernel<S>& k = l.l_proc->p_kernel;
  auto& fdp = kq.kq_fdp;
  krw_guard<RW_READER, Env> filter_guard(k.kqueue_filter_lock);
  auto* const found = kfilter_byfilter(k, kev.filter);
  if (found == nullptr || found->filtops == nullptr) return EINVAL;
  auto& filter = *found;
  const bool isfd = (filter.filtops->f_flags & FILTEROP_ISFD) != 0;
  auto* fp = isfd ? fd_getfile(fdp, kev.ident) : nullptr;
  if (isfd && fp == nullptr) return EBADF;

  fdp.fd_lock.mutex_enter();
  auto& list = isfd ? fdp.Slot(kev.ident)->ff_knlist : fdp.HashList(kev.ident);
  const auto find = [&] { return internal::FindKnote<S>(list, kq, kev); };
  auto* kn = find();
  // One that is about to go takes no changes: its udata is its owner's by now.
  while (kn != nullptr && (kev.flags & EV_DELETE) == 0 &&
         kernel<S>::knote_impl::Of(*kn).ki_willdetach) {
    fdp.fd_lock.mutex_exit();
    S::Env::Yield();
    fdp.fd_lock.mutex_enter();
    kn = find();
  }
  int error = 0;
  if (isfd && fdp.Slot(kev.ident)->Closing()) {
    error = EBADF;  // knote_fdclose() may have looked already
  } else if (kn == nullptr && (kev.flags & EV_ADD) != 0 &&
             filter.filtops->f_touch != nullptr &&
             !IsSystemFilter(kev.filter)) {
    error = ENOTSUP;  // f_touch is called outside of sections
  } else if (kn == nullptr && (kev.flags & EV_ADD) != 0) {
    return internal::AddKnote<S>(l, kq, filter, fp, list, kev);
  } else if (kn == nullptr) {
    error = ENOENT;
  } else if (kev.flags & EV_DELETE) {
    internal::DeleteKnote<S>(l, *kn);  // releases fd_lock
    if (isfd) fd_putfile(fdp, kev.ident);
    return 0;
  } else {
    error = internal::ModifyKnote<S>(kq, *kn, kev);
    if (error == 0) internal::ActivateRegistered<S>(l, kq, *kn, kev.flags);
  }
  fdp.fd_lock.mutex_exit();
  if (isfd) fd_putfile(fdp, kev.ident);
  return error;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KQUEUE_REGISTER_H_

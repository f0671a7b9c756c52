// From an active knote to a queued one.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ACTIVATE_H_
#define KNOTESTAT_KNOTE_ACTIVATE_H_

#include "knote/kqueue_check.h"

namespace knote {

// Tells the kqueues that watch `kq`. Its kq_lock is held. See nested.h.
template <class S>
void kqueue_selnotify(typename kernel<S>::kqueue& kq);

// Puts the knote at the queue's tail and wakes the scanners. kq_lock is held.
template <class S>
void knote_queue_locked(knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  KASSERT((kn.kn_status & KN_MARKER) == 0);
  KASSERT(kq.Count() < kq.KQ_MAXCOUNT);
  kqueue_check<S>(kq);
  kn.kn_status |= KN_QUEUED;
  kq.InsertTail(kn);
  ++kq.kq_count;
  kqueue_check<S>(kq);
  kq.kq_cv.cv_broadcast();
  if (kq.kq_sel.sel_klist.slh_first != nullptr) [[unlikely]]
    kqueue_selnotify<S>(kq);
}

// Marks the knote active and queues it unless it is queued, disabled or about
// to be detached. kq_lock is held.
template <class S>
void knote_activate_locked(knote<typename S::Env>& kn) {
  if (kn.kn_status & KN_WILLDETACH) return;
  kn.kn_status |= KN_ACTIVE;
  if ((kn.kn_status & (KN_QUEUED | KN_DISABLED)) == 0)
    knote_queue_locked<S>(kn);
}

template <class S>
void knote_activate(knote<typename S::Env>& kn) {
  kmutex_guard guard(kernel<S>::KqOf(kn).kq_lock);
  knote_activate_locked<S>(kn);
}

// The knote is not active any more. kq_lock is held.
template <class S>
void knote_deactivate_locked(knote<typename S::Env>& kn) {
  auto& kq = kernel<S>::KqOf(kn);
  kqueue_check<S>(kq);
  if (kn.kn_status & KN_QUEUED) {
    KASSERT(kq.Count() > 0);
    kq.Remove(kn);
    --kq.kq_count;
  }
  kn.kn_status &= ~(KN_QUEUED | KN_ACTIVE);
  kqueue_check<S>(kq);
}

// What an f_event found, for who reads the event meanwhile: NetBSD writes
// kn_data without kq_lock. `flags` are added to the knote's: EV_EOF,
// EV_ONESHOT.
template <class S>
void knote_report(knote<typename S::Env>& kn, int64_t data, uint32_t flags) {
  kmutex_guard guard(kernel<S>::KqOf(kn).kq_lock);
  kn.kn_kevent.data = data;
  kn.kn_kevent.flags |= flags;
}

// EV_ENABLE: clears KN_DISABLED and queues the knote if it is active.
template <class S>
void knote_enqueue(knote<typename S::Env>& kn) {
  kmutex_guard guard(kernel<S>::KqOf(kn).kq_lock);
  if (kn.kn_status & KN_WILLDETACH) return;
  kn.kn_status &= ~KN_DISABLED;
  if ((kn.kn_status & (KN_ACTIVE | KN_QUEUED)) == KN_ACTIVE)
    knote_queue_locked<S>(kn);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ACTIVATE_H_

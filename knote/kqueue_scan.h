// kqueue_scan(): the event side of a kevent() call.
//
// Events are handed out KQ_NEVENTS at a time, with all locks dropped between:
// others get their turn, and a copy to user memory may fault.
//
// A marker at the queue's tail says where this scan ends, so that knotes which
// it requeues itself are not returned twice. Markers of other scans and knotes
// in flux or about to be detached are waited for.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KQUEUE_SCAN_H_
#define KNOTESTAT_KNOTE_KQUEUE_SCAN_H_

#include "knote/detach.h"

namespace knote {

namespace internal {

// Waits for an event: 0 if there are some, ETIMEDOUT, EINTR, or EBADF if the
// descriptor is being closed. kq_lock held. `deadline_ns` of 0: do not wait.
template <class S>
int WaitForEvents(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                  const fdfile<typename S::Env>& ff,
                  std::optional<uint64_t> deadline_ns) {
  while (kq.Count() == 0) {
    // The close says so before it takes kq_lock to wake us.
    if (ff.Closing()) return EBADF;
    std::optional<uint64_t> remaining;
    if (deadline_ns) {
      const uint64_t now = *deadline_ns == 0 ? 0 : S::Env::Now();
      if (now >= *deadline_ns) return ETIMEDOUT;
      remaining = *deadline_ns - now;
    }
    const lwp_asleep<S> asleep(l);
    // An event of that moment stays queued, for the next call.
    if (kq.kq_cv.cv_wait_sig(kq.kq_lock, l.l_signal, remaining)) return EINTR;
  }
  return 0;
}

// The head of the queue cannot be taken now: lets its owner go on. fd_lock and
// kq_lock held, and again on return.
template <class S>
void WaitForHead(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                 bool owner_broadcasts) {
  auto& fd_lock = kq.kq_fdp.fd_lock;
  fd_lock.mutex_exit();
  kq.kq_cv.cv_broadcast();
  if (owner_broadcasts) {
    const lwp_asleep<S> asleep(l);
    kq.kq_cv.cv_wait(kq.kq_lock);
    kq.kq_lock.mutex_exit();
  } else {
    kq.kq_lock.mutex_exit();
    S::Env::Yield();
  }
  fd_lock.mutex_enter();
  kq.kq_lock.mutex_enter();
}

// After an event was copied out: what its flags ask for, in NetBSD's order,
// in which EV_CLEAR masks EV_DISPATCH. fd_lock and kq_lock held.
template <class S>
void AfterDelivery(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                   knote<typename S::Env>& kn) {
  const uint32_t flags = kn.kn_kevent.flags;
  if (flags & EV_ONESHOT) {
    kn.kn_status &= ~KN_BUSY;
    --kq.kq_count;
    KNOTE_WILLDETACH<S>(kn);
    kq.kq_lock.mutex_exit();
    knote_detach<S>(l, kn, true);  // releases fd_lock
    kq.kq_fdp.fd_lock.mutex_enter();
    kq.kq_lock.mutex_enter();
  } else if (flags & EV_CLEAR) {
    kn.kn_kevent.data = 0;
    kn.kn_kevent.fflags = 0;
    kn.kn_status &= ~(KN_ACTIVE | KN_BUSY);
    --kq.kq_count;
  } else if (flags & EV_DISPATCH) {
    kn.kn_status |= KN_DISABLED;
    kn.kn_status &= ~(KN_ACTIVE | KN_BUSY);
    --kq.kq_count;
  } else {
    kn.kn_status |= KN_QUEUED;
    kn.kn_status &= ~KN_BUSY;
    kq.InsertTail(kn);
    kqueue_check<S>(kq);
  }
}

// Decides whether a dequeued knote is to be delivered. fd_lock and kq_lock
// held; kq_lock is dropped around f_event.
template <class S>
bool StillActive(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                 knote<typename S::Env>& kn) {
  if (kn.kn_status & KN_DISABLED) {
    kn.kn_status &= ~KN_BUSY;
    --kq.kq_count;
    return false;
  }
  if (kn.kn_kevent.flags & EV_ONESHOT) return true;
  kq.kq_lock.mutex_exit();
  const int active = filter_event(l.l_proc->p_kernel, l, kn, 0);
  kq.kq_lock.mutex_enter();
  if (kn.kn_status & KN_QUEUED) {
    // Queued again meanwhile, which counted it again: meet it there.
    kn.kn_status &= ~KN_BUSY;
    --kq.kq_count;
    return false;
  }
  if (!active) {
    kn.kn_status &= ~(KN_ACTIVE | KN_BUSY);
    --kq.kq_count;
    return false;
  }
  return true;
}

// Where the next event goes between two chunks: others get their turn. fd_lock
// and kq_lock held, and again on return.
template <class S>
[[gnu::noinline]] void BetweenChunks(typename kernel<S>::kqueue& kq) {
  auto& fd_lock = kq.kq_fdp.fd_lock;
  kq.kq_cv.cv_broadcast();
  kq.kq_lock.mutex_exit();
  fd_lock.mutex_exit();
  fd_lock.mutex_enter();
  kq.kq_lock.mutex_enter();
}

}  // namespace internal

// Delivers events of `kq`, whose descriptor is `ff`, into `events`.
// `deadline_ns` is CLOCK_MONOTONIC; none: wait for ever; 0: do not wait.
// Returns how many were delivered, -EBADF if `ff` is being closed, or -EINTR if
// a signal ended the sleep: never what NetBSD's kernel calls ERESTART.
template <class S>
int kqueue_scan(typename kernel<S>::lwp& l, typename kernel<S>::kqueue& kq,
                const fdfile<typename S::Env>& ff, std::span<kevent> events,
                std::optional<uint64_t> deadline_ns) {
  auto& fd_lock = kq.kq_fdp.fd_lock;
  knote<typename S::Env> marker;
  marker.kn_status = KN_MARKER;
  marker.kn_kq = &kq;
  size_t delivered = 0;

  kq.kq_lock.mutex_enter();
  while (delivered == 0) {
    const int error = internal::WaitForEvents<S>(l, kq, ff, deadline_ns);
    if (error != 0) {
      kq.kq_lock.mutex_exit();
      return error == ETIMEDOUT ? 0 : -error;
    }
    kq.InsertTail(marker);
    kq.kq_lock.mutex_exit();  // fd_lock comes first
    fd_lock.mutex_enter();
    kq.kq_lock.mutex_enter();
    while (delivered < events.size()) {
      knote<typename S::Env>& kn = *kq.kq_first;
      if (&kn == &marker) break;
      const bool other_marker = (kn.kn_status & KN_MARKER) != 0;
      const bool in_flux = !other_marker && kn_in_flux<S>(kn);
      if (other_marker || in_flux || (kn.kn_status & KN_WILLDETACH) != 0) {
        internal::WaitForHead<S>(l, kq, other_marker || in_flux);
        continue;
      }
      KASSERT((kn.kn_status & KN_BUSY) == 0);
      kqueue_check<S>(kq);
      kq.Remove(kn);
      kn.kn_status &= ~KN_QUEUED;
      kn.kn_status |= KN_BUSY;
      kqueue_check<S>(kq);
      if (!internal::StillActive<S>(l, kq, kn)) continue;
      KASSERT((kn.kn_status & KN_WILLDETACH) == 0);
      kevent& event = events[delivered++];
      if (kn.kn_kfilter->filtops->f_touch != nullptr) {
        filter_touch<S>(kn, &event, EVENT_PROCESS);
      } else {
        event = kn.kn_kevent;
      }
      internal::AfterDelivery<S>(l, kq, kn);
      if (delivered % KQ_NEVENTS == 0 && delivered != events.size())
          [[unlikely]]
        internal::BetweenChunks<S>(kq);
    }
    kq.Remove(marker);
    kq.kq_cv.cv_broadcast();  // who waits for our marker goes on
    fd_lock.mutex_exit();
    // Nothing delivered although something was queued: without a deadline (or
    // before it) wait again, with no section open.
    if (delivered == 0) syscall_quiescent<S>(l);
  }
  kq.kq_lock.mutex_exit();
  return static_cast<int>(delivered);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KQUEUE_SCAN_H_

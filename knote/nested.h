// Kqueues that are watched by kqueues: EVFILT_READ on a kqueue's descriptor is
// active while events wait there, and data is how many.
//
// Propagation is NetBSD's: knote_activate_locked() notifies the watchers at
// once, with kq_lock held, and each of them its own. So a chain of N kqueues
// nests N locks and as many calls, about 200 bytes of stack each; 500 are
// tested.
//
// Cycles are refused with ELOOP. NetBSD has no check: there the first event
// takes a kq_lock that its thread already holds, and the machine hangs. A
// kqueue can only be watched from its own process, whose fd_lock is held
// during EV_ADD; that keeps all edges still while we look.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NESTED_H_
#define KNOTESTAT_KNOTE_NESTED_H_

#include <vector>

#include "knote/dispatch.h"

namespace knote {

// True if what happens on `from` reaches `to`: if `to` watches it, or something
// that watches it does. fd_lock held.
template <class S>
bool kqueue_reaches(typename kernel<S>::kqueue& from,
                    typename kernel<S>::kqueue& to) {
  using Kqueue = typename kernel<S>::kqueue;
  std::vector<Kqueue*> found = {&from};
  from.kq_walk = &from;
  bool reaches = &from == &to;
  for (size_t i = 0; i < found.size() && !reaches; ++i) {
    for (auto* kn = found[i]->kq_sel.sel_klist.slh_first; kn != nullptr;
         kn = kn->kn_selnext) {
      Kqueue& watcher = kernel<S>::KqOf(*kn);
      reaches = reaches || &watcher == &to;
      if (watcher.kq_walk == &from) continue;
      watcher.kq_walk = &from;
      found.push_back(&watcher);
    }
  }
  for (Kqueue* kq : found) kq->kq_walk = nullptr;
  return reaches;
}

template <class S>
struct kqueue_filter {
  using Env = typename S::Env;
  using Kqueue = typename kernel<S>::kqueue;

  static Kqueue& Watched(knote<Env>* kn) {
    return *static_cast<Kqueue*>(kn->kn_obj->f_data);
  }

  static void filt_kqdetach(knote<Env>* kn) {
    Kqueue& kq = Watched(kn);
    kmutex_guard guard(kq.kq_lock);
    selremove_knote(&kq.kq_sel, kn);
  }

  static int filt_kqueue(knote<Env>* kn, long hint) {
    Kqueue& kq = Watched(kn);
    if (hint != NOTE_SUBMIT) kq.kq_lock.mutex_enter();
    const uint32_t count = kq.Count();
    knote_report<S>(*kn, count, 0);
    if (hint != NOTE_SUBMIT) kq.kq_lock.mutex_exit();
    return count > 0;
  }

  static constexpr filterops<Env> kqread_filtops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = filt_kqdetach,
      .f_event = filt_kqueue};

  static int kqueue_kqfilter(file<Env>*, knote<Env>* kn) {
    if (kn->kn_kevent.filter != EVFILT_READ) return EINVAL;
    Kqueue& kq = Watched(kn);
    if (kqueue_reaches<S>(kernel<S>::KqOf(*kn), kq)) return ELOOP;
    kn->kn_fop.store(&kqread_filtops, std::memory_order_release);
    kmutex_guard guard(kq.kq_lock);
    selrecord_knote(&kq.kq_sel, kn);
    return 0;
  }
};

// By contract, whatever the strategy: knotes on a kqueue are gone before it is,
// and their filterops are the kernel's.
template <class S>
[[gnu::noinline]] void kqueue_selnotify(typename kernel<S>::kqueue& kq) {
  for (auto* kn = kq.kq_sel.sel_klist.slh_first; kn != nullptr;
       kn = kn->kn_selnext) {
    if (internal::CallEvent(kq.kq_kernel, *kn, NOTE_SUBMIT))
      knote_activate<S>(*kn);
  }
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_NESTED_H_

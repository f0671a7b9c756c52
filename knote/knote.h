// knote, klist, selinfo and filterops: what a driver knows of kqueue.
//
// A driver sees only this header: its functions are called with a knote, it
// keeps knotes on the klist of its selinfo. Nothing here depends on the
// strategy, so one driver serves them all, also one in a shared object.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KNOTE_H_
#define KNOTESTAT_KNOTE_KNOTE_H_

#include <cstddef>
#include <type_traits>

#include "knote/event.h"
#include "knote/invariants.h"
#include "knote/locks/kmutex.h"

namespace knote {

template <class Env>
struct knote;
template <class Env>
struct klist;
template <class Env>
struct kfilter;
template <class Env>
struct file;
struct kqueue_base {};  // a kqueue, seen from a knote
struct lwp_base {};     // a thread, seen from a file

// A filter's operations. They may block, unless called with NOTE_SUBMIT.
template <class Env>
struct filterops {
  int f_flags = 0;
  int (*f_attach)(knote<Env>*) = nullptr;  // 0 or an errno
  void (*f_detach)(knote<Env>*) = nullptr;
  int (*f_event)(knote<Env>*, long hint) = nullptr;  // nonzero: active
  int (*f_touch)(knote<Env>*, kevent*, long type) = nullptr;
};

// kn_status bits, under kq_lock; toggling KN_BUSY also needs fd_lock.
inline constexpr uint32_t KN_ACTIVE = 0x01, KN_QUEUED = 0x02,
                          KN_DISABLED = 0x04, KN_DETACHED = 0x08,
                          KN_MARKER = 0x10, KN_BUSY = 0x20,
                          KN_WILLDETACH = 0x40;

// As large as NetBSD's: 136 bytes where pointers have 8.
template <class Env>
struct knote {
  knote* kn_selnext = nullptr;  // klist, under the object lock
  knote* kn_link = nullptr;     // descriptor or hash list, under fd_lock
  knote* kn_next = nullptr;     // kq_head, under kq_lock
  knote* kn_prev = nullptr;
  kqueue_base* kn_kq = nullptr;
  kevent kn_kevent;  // udata is the detach owner once KN_WILLDETACH is set
  uint32_t kn_status = 0;
  uint32_t kn_sfflags = 0;  // what the user asked for
  // Set under fd_lock, read by f_event under the object lock alone: a change
  // and a submission at the same time have no order, in NetBSD neither.
  typename Env::template Atomic<int64_t> kn_sdata{0};
  file<Env>* kn_obj = nullptr;  // descriptor's file, if FILTEROP_ISFD
  // Replaced by klist_fini() while others load it: the subject of it all.
  typename Env::template Atomic<const filterops<Env>*> kn_fop{nullptr};
  kfilter<Env>* kn_kfilter = nullptr;
  void* kn_hook = nullptr;      // the filter's own
  int32_t kn_hookid = 0;        // the filter's own
  bool kn_keeps_klist = false;  // it is a knote_on_klist
};

// What only the kernel sees of a knote: lies where the one above has padding.
template <class Env>
struct knote_private : knote<Env> {
  // KN_WILLDETACH once more, for who holds fd_lock alone: set under both.
  bool ki_willdetach = false;
  uint16_t ki_influx = 0;  // under kq_lock
};

// With the list that it was inserted into, null if none.
template <class Env>
struct knote_on_klist : knote_private<Env> {
  klist<Env>* ki_klist = nullptr;
};

// Base of a strategy's KnoteState if its sections ask KlistOf().
struct KeepsKlist {};

// A knote with what the strategy keeps in it.
template <class Env, class State>
struct knote_with
    : std::conditional_t<std::is_base_of_v<KeepsKlist, State>,
                         knote_on_klist<Env>, knote_private<Env>> {
  using KnoteState = State;
  knote_with() { this->kn_keeps_klist = std::is_base_of_v<KeepsKlist, State>; }
  [[no_unique_address]] KnoteState ki_sync;
};

// By how much a knote is larger for that: StrategyInfo::bytes_per_knote.
template <class Env, class State>
inline constexpr int64_t kKnoteBytes = sizeof(knote_with<Env, State>) -
                                       sizeof(knote<Env>);

// Of a strategy whose KnoteState is a KeepsKlist. The address, for the list is
// gone once klist_fini() has returned.
template <class Env>
klist<Env>* KlistOf(knote<Env>& kn) {
  KASSERT(kn.kn_keeps_klist);
  return static_cast<knote_on_klist<Env>&>(kn).ki_klist;
}

// A driver's list of knotes. NetBSD's has no lock of its own and relies on the
// driver's; here the list knows it (as in FreeBSD and OpenBSD), because a
// klist_fini() that is not exclusive must walk under it: see klist_fini.h.
template <class Env>
struct klist {
  knote<Env>* slh_first = nullptr;
  kmutex<Env>* kl_lock = nullptr;
  // Threads in f_detach, counted by strategies that wait for one knote after
  // the other: f_detach unlinks its knote before it is done. See knote_lock.h.
  typename Env::template Atomic<uint32_t> kl_detaching{0};
};

template <class Env>
struct selinfo {
  klist<Env> sel_klist;
};

template <class Env>
void klist_init(klist<Env>* list, kmutex<Env>* object_lock) {
  list->slh_first = nullptr;
  list->kl_lock = object_lock;
}

// The caller holds the object lock.
template <class Env>
void klist_insert(klist<Env>* list, knote<Env>* kn) {
  if (kn->kn_keeps_klist)
    static_cast<knote_on_klist<Env>*>(kn)->ki_klist = list;
  kn->kn_selnext = list->slh_first;
  list->slh_first = kn;
}

// The caller holds the object lock. A knote that klist_fini() has taken off is
// passed over. True if the list is now empty.
template <class Env>
bool klist_remove(klist<Env>* list, knote<Env>* kn) {
  for (knote<Env>** link = &list->slh_first; *link != nullptr;
       link = &(*link)->kn_selnext) {
    if (*link == kn) {
      *link = kn->kn_selnext;
      break;
    }
  }
  return list->slh_first == nullptr;
}

// selrecord_knote/selremove_knote: what a driver's kqfilter and f_detach call.
template <class Env>
void selrecord_knote(selinfo<Env>* sip, knote<Env>* kn) {
  klist_insert(&sip->sel_klist, kn);
}
template <class Env>
bool selremove_knote(selinfo<Env>* sip, knote<Env>* kn) {
  return klist_remove(&sip->sel_klist, kn);
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KNOTE_H_

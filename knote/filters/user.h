// EVFILT_USER: an event that a thread triggers by hand.
//
// kn_hookid says whether it is triggered, kn_sfflags and kn_sdata are what the
// user sees. Everything happens in f_touch, under kq_lock.
//
// Two things surprise, both NetBSD's. EV_ADD of a new knote never triggers it:
// f_attach looks for NOTE_TRIGGER in kn_fflags, which is 0 by then. And it
// takes fflags as they are, so that NOTE_TRIGGER and NOTE_FF* of that EV_ADD
// come back in events until a change replaces them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_FILTERS_USER_H_
#define KNOTESTAT_KNOTE_FILTERS_USER_H_

#include "knote/activate.h"

namespace knote {

template <class S>
struct user_filter {
  using Env = typename S::Env;

  static int filt_userattach(knote<Env>* kn) {
    kmutex_guard guard(kernel<S>::KqOf(*kn).kq_lock);
    kn->kn_hookid = (kn->kn_kevent.fflags & NOTE_TRIGGER) != 0;
    return 0;
  }

  static void filt_userdetach(knote<Env>*) {}

  static int filt_user(knote<Env>* kn, long) {
    kmutex_guard guard(kernel<S>::KqOf(*kn).kq_lock);
    return kn->kn_hookid != 0;
  }

  static int filt_usertouch(knote<Env>* kn, kevent* kev, long type) {
    if (type == EVENT_PROCESS) {
      *kev = kn->kn_kevent;
      kev->fflags = kn->kn_sfflags;
      kev->data = kn->kn_sdata.load(std::memory_order_relaxed);
      if (kn->kn_kevent.flags & EV_CLEAR) Clear(*kn);
      return 0;
    }
    if (kev->fflags & NOTE_TRIGGER) kn->kn_hookid = 1;
    const uint32_t control = kev->fflags & NOTE_FFCTRLMASK;
    kev->fflags &= NOTE_FFLAGSMASK;
    switch (control) {
      case NOTE_FFAND:
        kn->kn_sfflags &= kev->fflags;
        break;
      case NOTE_FFOR:
        kn->kn_sfflags |= kev->fflags;
        break;
      case NOTE_FFCOPY:
        kn->kn_sfflags = kev->fflags;
        break;
      default:  // NOTE_FFNOP
        break;
    }
    kn->kn_sdata.store(kev->data, std::memory_order_relaxed);
    // The change's own EV_CLEAR, also right after its NOTE_TRIGGER.
    if (kev->flags & EV_CLEAR) Clear(*kn);
    return 0;
  }

  // Not triggered any more; what the user has set stays.
  static void Clear(knote<Env>& kn) {
    kn.kn_hookid = 0;
    kn.kn_kevent.data = 0;
    kn.kn_kevent.fflags = 0;
  }

  static constexpr filterops<Env> user_filtops{.f_flags = FILTEROP_MPSAFE,
                                               .f_attach = filt_userattach,
                                               .f_detach = filt_userdetach,
                                               .f_event = filt_user,
                                               .f_touch = filt_usertouch};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_FILTERS_USER_H_

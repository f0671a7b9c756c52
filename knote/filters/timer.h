// EVFILT_TIMER: counts expirations of a callout in kn_data.
//
// A relative timer is periodic and forces EV_CLEAR; an absolute one fires
// once. kn_hookid is the pending callout, 0 once the knote gives up on it; an
// expiration that finds another value there does nothing.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_FILTERS_TIMER_H_
#define KNOTESTAT_KNOTE_FILTERS_TIMER_H_

#include "knote/activate.h"

namespace knote {

template <class S>
struct timer_filter {
  using Env = typename S::Env;
  using Knote = knote<Env>;

  // The period in ns, at least 1; or EINVAL negated.
  static int64_t Period(const Knote& kn) {
    int64_t unit;
    switch (kn.kn_sfflags & 0x0f) {
      case NOTE_SECONDS:
        unit = 1'000'000'000;
        break;
      case NOTE_MSECONDS:
        unit = 1'000'000;
        break;
      case NOTE_USECONDS:
        unit = 1'000;
        break;
      case NOTE_NSECONDS:
        unit = 1;
        break;
      default:
        return -EINVAL;
    }
    int64_t period;
    if (__builtin_mul_overflow(kn.kn_sdata.load(std::memory_order_relaxed),
                               unit, &period))
      return -EINVAL;
    return period < 1 ? 1 : period;  // NetBSD accepts negative intervals
  }

  // Schedules the next expiration. kq_lock held.
  static int Start(Knote* kn) {
    const int64_t period = Period(*kn);
    if (period < 0) return static_cast<int>(-period);
    const uint64_t now = Env::Now();
    uint64_t when = now + static_cast<uint64_t>(period);
    if (kn->kn_sfflags & NOTE_ABSTIME) {
      const int64_t ahead = period - static_cast<int64_t>(Realtime());
      when = now + (ahead > 0 ? static_cast<uint64_t>(ahead) : 0);
    } else {
      kn->kn_kevent.flags |= EV_CLEAR;
    }
    Schedule(kn, when);
    return 0;
  }

  static void Schedule(Knote* kn, uint64_t when) {
    kn->kn_hookid = static_cast<int64_t>(
        kernel<S>::KqOf(*kn).kq_kernel.callouts.callout_schedule(
            when, [kn](callout_wheel::Id id) { filt_timerexpire(kn, id); }));
  }

  static uint64_t Realtime() {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<uint64_t>(now.tv_nsec);
  }

  // Stops the callout for good. kq_lock held; dropped while it is running.
  static void Stop(Knote* kn) {
    auto& kq = kernel<S>::KqOf(*kn);
    const auto id = static_cast<callout_wheel::Id>(kn->kn_hookid);
    kn->kn_hookid = 0;
    if (id == 0) return;
    kq.kq_lock.mutex_exit();
    kq.kq_kernel.callouts.callout_halt(id);
    kq.kq_lock.mutex_enter();
  }

  static void filt_timerexpire(Knote* kn, callout_wheel::Id id) {
    auto& kq = kernel<S>::KqOf(*kn);
    kmutex_guard guard(kq.kq_lock);
    if (static_cast<callout_wheel::Id>(kn->kn_hookid) != id) return;
    ++kn->kn_kevent.data;
    knote_activate_locked<S>(*kn);
    if (kn->kn_sfflags & NOTE_ABSTIME) return;
    Schedule(kn, Env::Now() + static_cast<uint64_t>(Period(*kn)));
  }

  static int filt_timerattach(Knote* kn) {
    kmutex_guard guard(kernel<S>::KqOf(*kn).kq_lock);
    return Start(kn);
  }

  static void filt_timerdetach(Knote* kn) {
    kmutex_guard guard(kernel<S>::KqOf(*kn).kq_lock);
    Stop(kn);
  }

  static int filt_timer(Knote* kn, long) {
    kmutex_guard guard(kernel<S>::KqOf(*kn).kq_lock);
    return kn->kn_kevent.data != 0;
  }

  static int filt_timertouch(Knote* kn, kevent* kev, long type) {
    if (type == EVENT_PROCESS) {
      *kev = kn->kn_kevent;
      return 0;
    }
    // EV_ENABLE and EV_DISABLE alone leave the timer running.
    if ((kev->flags & EV_ADD) == 0) return 0;
    Stop(kn);
    kn->kn_kevent.flags = kev->flags;  // NetBSD: drops EV_RECEIPT
    kn->kn_sfflags = kev->fflags;
    kn->kn_sdata.store(kev->data, std::memory_order_relaxed);
    kn->kn_kevent.data = 0;
    kn->kn_status &= ~KN_ACTIVE;
    return Start(kn);
  }

  static constexpr filterops<Env> timer_filtops{.f_flags = FILTEROP_MPSAFE,
                                                .f_attach = filt_timerattach,
                                                .f_detach = filt_timerdetach,
                                                .f_event = filt_timer,
                                                .f_touch = filt_timertouch};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_FILTERS_TIMER_H_

// EVFILT_TIMER: counts expirations of a callout in kn_data.
//
// A relative timer is periodic and forces EV_CLEAR, unless it has EV_ONESHOT;
// an absolute one fires once, at once if its time has passed. kn_sdata is the
// period in ns, or FILT_TIMER_NOSCHED for a timer that does not repeat.
// kn_hook is the pending callout, null once the knote gives up on it; an
// expiration that finds another value there does nothing.
//
// Callouts run to the ns here and to the tick in NetBSD. What ticks mean to
// users is kept: an interval below their resolution, or negative, is one tick;
// one that is too long for them is the longest that there is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_FILTERS_TIMER_H_
#define KNOTESTAT_KNOTE_FILTERS_TIMER_H_

#include <algorithm>
#include <climits>

#include "knote/activate.h"

namespace knote {

// Of a kernel with hz = 100; how many ns a timer takes at least and at most.
inline constexpr int64_t kTickNs = 10'000'000, kTimerMaxNs = INT_MAX * kTickNs;
// So many EVFILT_TIMERs in the whole system are one too many.
inline constexpr uint32_t kq_calloutmax = 4 * 1024;
// kn_sdata of a timer that does not repeat; also a delay: none, it is due.
inline constexpr int64_t FILT_TIMER_NOSCHED = -1;

// CLOCK_REALTIME in ns.
inline int64_t nanotime() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// A timer's request, computed: 0 or EINVAL. Sets `delay` to the ns until the
// first expiration, `kev`.data to the period and EV_CLEAR in `kev`.flags.
inline int filt_timercompute(kevent& kev, int64_t& delay) {
  if (kev.fflags & ~(NOTE_TIMER_UNITMASK | NOTE_ABSTIME)) return EINVAL;
  static constexpr int64_t kUnitNs[] = {1'000'000, 1'000'000'000, 1'000, 1};
  int64_t ns;
  if (__builtin_mul_overflow(kev.data,
                             kUnitNs[kev.fflags & NOTE_TIMER_UNITMASK], &ns))
    ns = kev.data < 0 ? INT64_MIN : INT64_MAX;
  if (kev.fflags & NOTE_ABSTIME) {
    kev.data = FILT_TIMER_NOSCHED;
    const int64_t now = nanotime();
    if (ns <= now) {
      delay = FILT_TIMER_NOSCHED;
      return 0;
    }
    ns -= now;
  } else {
    kev.flags |= EV_CLEAR;
  }
  if (ns < 1'000) {
    if (kev.data == 0) return EINVAL;
    ns = kTickNs;
  }
  delay = std::min(ns, kTimerMaxNs);
  const bool once = (kev.flags & EV_ONESHOT) || (kev.fflags & NOTE_ABSTIME);
  kev.data = once ? FILT_TIMER_NOSCHED : delay;
  return 0;
}

template <class S>
struct timer_filter {
  using Env = typename S::Env;
  using Knote = knote<Env>;

  // Starts the timer with what filt_timercompute() has made. kq_lock held.
  static void filt_timerstart(Knote* kn, const kevent& kev, int64_t delay) {
    kn->kn_sdata.store(kev.data, std::memory_order_relaxed);
    kn->kn_kevent.flags = kev.flags;
    kn->kn_sfflags = kev.fflags;
    if (delay == FILT_TIMER_NOSCHED) {
      kn->kn_kevent.data = 1;
    } else {
      Schedule(kn, delay);
    }
  }

  static void Schedule(Knote* kn, int64_t delay) {
    kn->kn_hook =
        HookOf(kernel<S>::KqOf(*kn).kq_kernel.callouts.callout_schedule(
            Env::Now() + static_cast<uint64_t>(delay),
            [kn](callout_wheel::Id id) { filt_timerexpire(kn, id); }));
  }

  static void* HookOf(callout_wheel::Id id) {
    return reinterpret_cast<void*>(id);  // NOLINT
  }

  // Stops the callout for good. kq_lock held; dropped while it is running.
  static void Stop(Knote* kn) {
    auto& kq = kernel<S>::KqOf(*kn);
    const auto id = reinterpret_cast<callout_wheel::Id>(kn->kn_hook);
    kn->kn_hook = nullptr;
    if (id == 0) return;
    kq.kq_lock.mutex_exit();
    kq.kq_kernel.callouts.callout_halt(id);
    kq.kq_lock.mutex_enter();
  }

  static void filt_timerexpire(Knote* kn, callout_wheel::Id id) {
    auto& kq = kernel<S>::KqOf(*kn);
    kmutex_guard guard(kq.kq_lock);
    if (kn->kn_hook != HookOf(id)) return;
    kn->kn_hook = nullptr;
    ++kn->kn_kevent.data;
    knote_activate_locked<S>(*kn);
    const int64_t period = kn->kn_sdata.load(std::memory_order_relaxed);
    if (period != FILT_TIMER_NOSCHED) Schedule(kn, period);
  }

  static int filt_timerattach(Knote* kn) {
    kevent kev{.flags = kn->kn_kevent.flags,
               .fflags = kn->kn_sfflags,
               .data = kn->kn_sdata.load(std::memory_order_relaxed)};
    int64_t delay;
    if (const int error = filt_timercompute(kev, delay)) return error;
    auto& kq = kernel<S>::KqOf(*kn);
    auto& timers = kq.kq_kernel.kq_ncallouts;
    if (timers.fetch_add(1, std::memory_order_relaxed) + 1 >= kq_calloutmax) {
      timers.fetch_sub(1, std::memory_order_relaxed);
      return ENOMEM;
    }
    kmutex_guard guard(kq.kq_lock);
    filt_timerstart(kn, kev, delay);
    return 0;
  }

  static void filt_timerdetach(Knote* kn) {
    auto& kq = kernel<S>::KqOf(*kn);
    kmutex_guard guard(kq.kq_lock);
    kn->kn_sdata.store(FILT_TIMER_NOSCHED, std::memory_order_relaxed);
    Stop(kn);
    kq.kq_kernel.kq_ncallouts.fetch_sub(1, std::memory_order_relaxed);
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
    // fd_lock keeps the knote while Stop() drops kq_lock. A request that makes
    // no sense leaves the timer stopped.
    Stop(kn);
    knote_deactivate_locked<S>(*kn);
    kn->kn_kevent.data = 0;
    int64_t delay;
    if (const int error = filt_timercompute(*kev, delay)) return error;
    filt_timerstart(kn, *kev, delay);  // all flags: drops EV_RECEIPT, too
    return 0;
  }

  static constexpr filterops<Env> timer_filtops{.f_flags = FILTEROP_MPSAFE,
                                                .f_attach = filt_timerattach,
                                                .f_detach = filt_timerdetach,
                                                .f_event = filt_timer,
                                                .f_touch = filt_timertouch};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_FILTERS_TIMER_H_

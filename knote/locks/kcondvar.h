// kcondvar: NetBSD's condvar(9) over a futex.
//
// A wait remembers the wake-up count, leaves the mutex, and sleeps while the
// count is unchanged; a broadcast advances the count first, so none is lost.
// The count is changed under the mutex, or by a signal (I1), which may wake who
// has nothing to do: waiters look again at what they wait for.
//
// A signal here is that somebody called lwp_signal::Post(): no number and no
// handler. It stays until the thread is about to sleep in cv_wait_sig(), or is
// asleep there, and ends that sleep. Who does not sleep never looks.
//
// Ordering
//  I1  the lock of lwp_signal: a sleeper has read the count before it says,
//      under that lock, where it sleeps, and is not gone before it has taken
//      that back. So Post() finds the signal looked at later, or a condition
//      that exists and whose count it advances before the futex compares it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_
#define KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_

#include <climits>
#include <optional>
#include <utility>

#include "knote/locks/kmutex.h"

namespace knote {

template <class Env>
class kcondvar;

// What interrupts a thread's sleep. Post() is for any thread while this lives;
// the rest is cv_wait_sig()'s.
template <class Env>
class lwp_signal {
 public:
  void Post() {
    const kmutex_guard guard(lock_);
    pending_ = true;
    if (asleep_on_ != nullptr) asleep_on_->Wake();  // I1
  }

  // False, and the signal is gone, if there was one: then nobody sleeps.
  bool FallAsleep(kcondvar<Env>& on) {
    const kmutex_guard guard(lock_);  // I1
    if (std::exchange(pending_, false)) return false;
    asleep_on_ = &on;
    return true;
  }

  // True, and the signal is gone, if there was one.
  bool WakeUp() {
    const kmutex_guard guard(lock_);  // I1
    asleep_on_ = nullptr;
    return std::exchange(pending_, false);
  }

 private:
  kmutex<Env> lock_;
  bool pending_ = false;
  kcondvar<Env>* asleep_on_ = nullptr;
};

template <class Env>
class kcondvar {
 public:
  // Leaves `mutex`, sleeps until a broadcast or `timeout_ns`, re-enters it.
  // May return spuriously.
  void cv_wait(kmutex<Env>& mutex,
               std::optional<uint64_t> timeout_ns = std::nullopt) {
    const uint32_t seen = wakeups_.load(std::memory_order_relaxed);
    waiters_.fetch_add(1, std::memory_order_relaxed);
    mutex.mutex_exit();
    Env::FutexWait(wakeups_, seen, timeout_ns);
    mutex.mutex_enter();
    waiters_.fetch_sub(1, std::memory_order_relaxed);
  }

  // As cv_wait(). True, at once or later, if a signal is why it returned: that
  // is EINTR.
  [[nodiscard]] bool cv_wait_sig(
      kmutex<Env>& mutex, lwp_signal<Env>& signal,
      std::optional<uint64_t> timeout_ns = std::nullopt) {
    const uint32_t seen = wakeups_.load(std::memory_order_relaxed);
    if (!signal.FallAsleep(*this)) return true;
    waiters_.fetch_add(1, std::memory_order_relaxed);
    mutex.mutex_exit();
    Env::FutexWait(wakeups_, seen, timeout_ns);
    const bool interrupted = signal.WakeUp();
    mutex.mutex_enter();
    waiters_.fetch_sub(1, std::memory_order_relaxed);
    return interrupted;
  }

  // Wakes all waiters. The caller holds the mutex that they wait with.
  void cv_broadcast() {
    if (waiters_.load(std::memory_order_relaxed) == 0) return;
    Wake();
  }

 private:
  friend class lwp_signal<Env>;

  void Wake() {
    wakeups_.fetch_add(1, std::memory_order_relaxed);
    Env::FutexWake(wakeups_, INT_MAX);
  }

  typename Env::template Atomic<uint32_t> wakeups_{0};
  typename Env::template Atomic<uint32_t> waiters_{0};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_

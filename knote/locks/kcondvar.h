// kcondvar: NetBSD's condvar(9) over a futex.
//
// A wait remembers the wake-up count, leaves the mutex, and sleeps while the
// count is unchanged; a broadcast advances the count first, so none is lost.
// The count is only changed and read under the mutex or by the futex itself.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_
#define KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_

#include <climits>
#include <optional>

#include "knote/locks/kmutex.h"

namespace knote {

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

  // Wakes all waiters. The caller holds the mutex that they wait with.
  void cv_broadcast() {
    if (waiters_.load(std::memory_order_relaxed) == 0) return;
    wakeups_.fetch_add(1, std::memory_order_relaxed);
    Env::FutexWake(wakeups_, INT_MAX);
  }

 private:
  typename Env::template Atomic<uint32_t> wakeups_{0};
  typename Env::template Atomic<uint32_t> waiters_{0};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_KCONDVAR_H_

// busted_percpu_rwlock: percpu_rwlock with a fault, as a control.
//
// Missing: the second look at the writer's flag (P1 of percpu_rwlock.h). A
// reader that slept while a writer was inside counts itself and goes on, though
// the next writer may have summed before that.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PERCPU_RWLOCK_BUSTED_PERCPU_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PERCPU_RWLOCK_BUSTED_PERCPU_RWLOCK_H_

#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

namespace knote {

template <class E>
class BustedPercpuFilteropsRwlock : public PercpuFilteropsRwlock<E> {
 public:
  using Env = E;
  using Thread = typename Env::PercpuThread;

  static constexpr StrategyInfo kInfo =
      BustedCopyOf(PercpuFilteropsRwlock<E>::kInfo, "busted_percpu_rwlock",
                   "a control: percpu_rwlock whose readers do not look again");

  using PercpuFilteropsRwlock<E>::PercpuFilteropsRwlock;

  [[gnu::always_inline]] NoHold EnterReader(Thread& thread) {
    this->inside_.Enter(thread);
    Env::LightFence();  // P1 P4, and nowhere else
    if (this->writer_.load(std::memory_order_acquire) != 0) [[unlikely]]
      EnterSlow(thread);
    return {};
  }

 private:
  [[gnu::noinline]] void EnterSlow(Thread& thread) {
    this->LeaveReader(thread, {});
    this->AwaitWriter();
    this->inside_.Enter(thread);
  }
};

template <class Env>
using BustedPercpuRwlock = LockStrategy<BustedPercpuFilteropsRwlock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PERCPU_RWLOCK_BUSTED_PERCPU_RWLOCK_H_

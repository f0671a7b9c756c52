// busted_rwlock: rwlock with a fault, as a control.
//
// Lost: the wake-up of a writer that has found readers inside but not yet said
// that it waits. The last reader leaves in between, sees nobody to wake, and
// the writer sleeps for ever; readers that come later queue behind it. It never
// runs driver code too late, it stops.
//
// Ordering
//  B1  entering acquires what leaving released, readers and writer alike.
//  B2  holders_ changes; load of writer_waits_  <->  store of writer_waits_;
//      load of holders_: the second load of the second site is what is missing.
//  B3  gate_ and wakeups_ are advanced before the wake and read before the
//      look, which for the writer comes too early.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BUSTED_RWLOCK_BUSTED_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BUSTED_RWLOCK_BUSTED_RWLOCK_H_

#include <climits>

#include "knote/strategies/rwlock/rwlock.h"

namespace knote {

template <class E>
class LossyRwlock {
 public:
  using Env = E;
  using Thread = NoThread;
  using Hold = NoHold;

  static constexpr StrategyInfo kInfo =
      BustedCopyOf(FilteropsRwlock<E>::kInfo, "busted_rwlock",
                   "a control: a rwlock that loses wake-ups");

  explicit LossyRwlock(int /*cpus*/) {}

  NoHold EnterReader(NoThread&) {
    for (;;) {
      const uint32_t gate = gate_.load(std::memory_order_acquire);  // B3
      uint32_t holders = holders_.load(std::memory_order_relaxed);
      if (holders == kWriter ||
          writer_waits_.load(std::memory_order_acquire)) {  // B2
        Env::FutexWait(gate_, gate);
      } else if (holders_.compare_exchange_strong(
                     holders, holders + 1,
                     std::memory_order_acquire,  // B1
                     std::memory_order_relaxed)) {
        return {};
      }
    }
  }
  void LeaveReader(NoThread&, NoHold) {
    if (holders_.fetch_sub(1, std::memory_order_seq_cst) == 1 &&  // B2
        writer_waits_.load(std::memory_order_seq_cst))            // B2
      WakeWriter();
  }

  uint64_t EnterWriter() {
    for (;;) {
      uint32_t free = 0;
      if (holders_.compare_exchange_strong(free, kWriter,
                                           std::memory_order_acquire,  // B1
                                           std::memory_order_relaxed))
        break;
      Env::Yield();
      writer_waits_.store(true, std::memory_order_seq_cst);  // B2
      // The fault: the look at holders_ must come after this, not before.
      Env::FutexWait(wakeups_, wakeups_.load(std::memory_order_acquire));  // B3
    }
    writer_waits_.store(false, std::memory_order_relaxed);
    return 0;
  }
  void LeaveWriter() {
    holders_.store(0, std::memory_order_release);   // B1
    gate_.fetch_add(1, std::memory_order_release);  // B3
    Env::FutexWake(gate_, INT_MAX);
  }

 private:
  static constexpr uint32_t kWriter = 0x80000000;

  void WakeWriter() {
    wakeups_.fetch_add(1, std::memory_order_release);  // B3
    Env::FutexWake(wakeups_, 1);
  }

  typename Env::template Atomic<uint32_t> holders_{0};
  typename Env::template Atomic<bool> writer_waits_{false};
  typename Env::template Atomic<uint32_t> wakeups_{0};
  typename Env::template Atomic<uint32_t> gate_{0};
};

template <class Env>
using BustedRwlock = LockStrategy<LossyRwlock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BUSTED_RWLOCK_BUSTED_RWLOCK_H_

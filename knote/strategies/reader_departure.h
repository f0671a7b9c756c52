// How a writer waits for readers that only store plainly: spin a little, then
// sleep until one of them leaves.
//
// The reader's side is one load of a line that nobody writes while no writer
// waits. Origin: the futex protocol of liburcu's synchronize_rcu(), with a
// wake-up count so that several writers can wait at once.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  D1  reader: leaves; LightFence; loads waiters_  <->  writer: raises
//      waiters_; HeavyFence; asks `gone`: the reader wakes the writer or the
//      writer sees that it is gone.
//  D2  wakeups_ is advanced before the futex wake, and read by the writer
//      before `gone`: no wake-up falls between the look and the sleep.
// With DepartureFences::kFull, for readers that leave rarely, both sides of D1
// pass a full fence, and no membarrier is needed.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_
#define KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_

#include <climits>
#include <cstdint>

namespace knote {

enum class DepartureFences { kLightAndHeavy, kFull };

template <class Env, DepartureFences kFences = DepartureFences::kLightAndHeavy>
class ReaderDeparture {
 public:
  // The caller has left its section and passed its fence.
  [[gnu::always_inline]] void ReaderLeft() {
    if (waiters_.load(std::memory_order_relaxed) != 0) [[unlikely]]  // D1
      Wake();
  }

  // Passes the writer's fence, then returns once `gone()` is true; it must
  // become true through readers that call ReaderLeft(). Returns the ns that
  // they kept the caller waiting, 0 if it was true at once.
  template <class Gone>
  uint64_t WaitUntil(Gone&& gone) {
    if constexpr (kFences == DepartureFences::kFull) {
      Env::FullFence();
    } else {
      Env::HeavyFence();
    }
    if (gone()) return 0;
    const uint64_t begin = Env::Now();
    if (!SpinUntil(gone)) {
      waiters_.fetch_add(1, std::memory_order_relaxed);  // D1
      if constexpr (kFences == DepartureFences::kFull) {
        Env::FullFence();  // D1
      } else {
        Env::HeavyFence();  // D1
      }
      for (;;) {
        const uint32_t seen = wakeups_.load(std::memory_order_acquire);  // D2
        if (gone()) break;
        Env::FutexWait(wakeups_, seen);
      }
      waiters_.fetch_sub(1, std::memory_order_relaxed);
    }
    return Env::Now() - begin + 1;
  }

 private:
  template <class Gone>
  static bool SpinUntil(Gone&& gone) {
    for (int i = 0; i < Env::kSpinTurns; ++i) {
      Env::Pause();
      if (gone()) return true;
    }
    return false;
  }

  [[gnu::noinline]] void Wake() {
    wakeups_.fetch_add(1, std::memory_order_release);  // D2
    Env::FutexWake(wakeups_, INT_MAX);
  }

  alignas(128) typename Env::template Atomic<uint32_t> waiters_{0};
  alignas(128) typename Env::template Atomic<uint32_t> wakeups_{0};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_READER_DEPARTURE_H_

// kmutex: NetBSD's adaptive mutex(9), as far as userspace has one.
//
// Spins briefly, then sleeps on a futex. Also stands in for spin mutexes: a
// userspace thread can always be preempted while it holds one.
// Cost: one atomic read-modify-write to enter, one to leave; 4 bytes.
// Origin: the futex mutex of Drepper, "Futexes Are Tricky", and the starvation
// mode of Go's sync.Mutex (a waiter that a wake-up was lost on goes first).
//
// A waiter that was woken and finds the lock taken again is starving, and says
// so in the word. While one is, nobody enters who has not slept: a holder that
// leaves and enters again at once, as a submitter in a loop does, would keep
// the others out for as long as it goes on.
//
// Ordering
//  M1  the compare-exchange that enters acquires what the compare-exchange
//      that leaves released.
//
// Wake-ups. kSleepers is only ever cleared together with a wake-up of one
// sleeper, which sets it again, entering or going back to sleep: so as long as
// one sleeps, the next to leave wakes one. A thread that sleeps although the
// lock is free does so because one is starving, which was woken and enters.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_LOCKS_KMUTEX_H_
#define KNOTESTAT_KNOTE_LOCKS_KMUTEX_H_

#include <atomic>
#include <cstdint>

#include "knote/invariants.h"

namespace knote {

template <class Env>
class kmutex {
 public:
  kmutex() = default;
  explicit kmutex([[maybe_unused]] LockRank rank) {
#if KNOTESTAT_INVARIANTS
    rank_ = rank;
#endif
  }

  // Returns the ns spent waiting, 0 if it was free.
  [[gnu::always_inline]] uint64_t mutex_enter() {
    Entering();
    if (TryEnter()) [[likely]]
      return 0;
    return EnterSlow();
  }

  // Never waits, so in any order.
  [[gnu::always_inline]] bool mutex_tryenter() {
    if (!TryEnter()) return false;
    Tried();
    return true;
  }

  [[gnu::always_inline]] void mutex_exit() {
    Exiting();
    uint32_t expected = kHeld;
    if (!state_.compare_exchange_strong(expected, kFree,
                                        std::memory_order_release,  // M1
                                        std::memory_order_relaxed)) [[unlikely]]
      ExitSlow(expected);
  }

  // True if somebody holds it; for assertions.
  bool mutex_held() const {
    return (state_.load(std::memory_order_relaxed) & kHeld) != 0;
  }

 private:
  void Tried() {
#if KNOTESTAT_INVARIANTS
    if constexpr (requires { Env::kThreadLocals; }) LockOrder::Tried(rank_);
#endif
  }
  void Entering() {
#if KNOTESTAT_INVARIANTS
    if constexpr (requires { Env::kThreadLocals; }) LockOrder::Enter(rank_);
#endif
  }
  void Exiting() {
#if KNOTESTAT_INVARIANTS
    if constexpr (requires { Env::kThreadLocals; }) LockOrder::Exit(rank_);
#endif
  }

  [[gnu::always_inline]] bool TryEnter() {
    uint32_t expected = kFree;
    return state_.compare_exchange_strong(expected, kHeld,
                                          std::memory_order_acquire,  // M1
                                          std::memory_order_relaxed);
  }

  static constexpr uint32_t kFree = 0, kHeld = 1, kSleepers = 2;
  static constexpr uint32_t kStarving = 4;  // times how many are

  [[gnu::noinline]] uint64_t EnterSlow() {
    const uint64_t begin = Env::Now();
    for (int i = 0; i < Env::kSpinTurns; ++i) {
      Env::Pause();
      if (state_.load(std::memory_order_relaxed) == kFree && TryEnter())
        return Waited(begin);
    }
    bool slept = false;
    uint32_t starving = 0;
    for (uint32_t seen = state_.load(std::memory_order_relaxed);;) {
      const bool may_enter = (seen & kHeld) == 0 && (slept || seen < kStarving);
      if (!may_enter && slept && starving == 0) {
        if (Replace(seen, (seen | kSleepers) + kStarving)) starving = kStarving;
        continue;
      }
      const uint32_t slept_on = slept ? kSleepers : 0;
      const uint32_t wanted =
          may_enter ? (seen | kHeld | slept_on) - starving : seen | kSleepers;
      if (wanted != seen && !Replace(seen, wanted)) continue;
      if (may_enter) return Waited(begin);
      Env::FutexWait(state_, wanted);
      slept = true;
      seen = state_.load(std::memory_order_relaxed);
    }
  }

  // From `seen`, which is what the word holds then if this fails.
  bool Replace(uint32_t& seen, uint32_t wanted) {
    if (!state_.compare_exchange_strong(seen, wanted,
                                        std::memory_order_acquire,  // M1
                                        std::memory_order_relaxed))
      return false;
    seen = wanted;
    return true;
  }

  // Somebody sleeps, or is about to.
  [[gnu::noinline]] void ExitSlow(uint32_t seen) {
    while (!state_.compare_exchange_weak(seen, seen & ~(kHeld | kSleepers),
                                         std::memory_order_release,  // M1
                                         std::memory_order_relaxed)) {
    }
    Env::FutexWake(state_, 1);
  }

  static uint64_t Waited(uint64_t begin) { return Env::Now() - begin + 1; }

  typename Env::template Atomic<uint32_t> state_{kFree};
#if KNOTESTAT_INVARIANTS
  LockRank rank_ = LockRank::kNone;
#endif
};

// Holds a kmutex for a scope.
template <class Env>
class [[nodiscard]] kmutex_guard {
 public:
  explicit kmutex_guard(kmutex<Env>& mutex) : mutex_(mutex) {
    mutex_.mutex_enter();
  }
  ~kmutex_guard() { mutex_.mutex_exit(); }
  kmutex_guard(const kmutex_guard&) = delete;
  kmutex_guard& operator=(const kmutex_guard&) = delete;

 private:
  kmutex<Env>& mutex_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_KMUTEX_H_

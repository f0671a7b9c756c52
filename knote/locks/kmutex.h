// kmutex: NetBSD's adaptive mutex(9), as far as userspace has one.
//
// Spins briefly, then sleeps on a futex. Also stands in for spin mutexes: a
// userspace thread can always be preempted while it holds one.
// Cost: one atomic read-modify-write to enter, one to leave; 4 bytes.
// Origin: the three-state futex mutex of Drepper, "Futexes Are Tricky".
//
// Ordering
//  M1  the exchange or compare-exchange in mutex_enter() acquires what the
//      exchange in mutex_exit() released.
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
    if (state_.exchange(kFree, std::memory_order_release) ==  // M1
        kHeldWithSleepers) [[unlikely]]
      Env::FutexWake(state_, 1);
  }

  // True if somebody holds it; for assertions.
  bool mutex_held() const {
    return state_.load(std::memory_order_relaxed) != kFree;
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

  static constexpr uint32_t kFree = 0, kHeld = 1, kHeldWithSleepers = 2;

  [[gnu::noinline]] uint64_t EnterSlow() {
    const uint64_t begin = Env::Now();
    for (int i = 0; i < Env::kSpinTurns; ++i) {
      Env::Pause();
      if (state_.load(std::memory_order_relaxed) == kFree && TryEnter())
        return Waited(begin);
    }
    while (state_.exchange(kHeldWithSleepers, std::memory_order_acquire) !=
           kFree) {  // M1
      Env::FutexWait(state_, kHeldWithSleepers);
    }
    return Waited(begin);
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

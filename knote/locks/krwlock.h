// krwlock: NetBSD's rwlock(9): writer-preferring, with hand-off.
//
// Readers hold it together, a writer alone. A writer that goes to sleep sets
// WRITE_WANTED, which keeps new readers out. Who releases it last hands it
// over: a leaving reader to the longest-waiting writer, a leaving writer to
// all waiting readers at once, so phases alternate and nobody starves.
// Readers may sleep while they hold it. A reader that enters again while a
// writer waits deadlocks, and only that: recursion is not detected.
//
// Cost: one compare-exchange in, one out, on a word that all readers share; two
// each for whoever finds other holders there.
// Origin: the rules of NetBSD's kern_rwlock.c (1.71). One difference: a
// turnstile of its own, spinning a fixed number of turns while write-held
// where the kernel asks whether the owner is on a CPU.
//
// Ordering
//  L1  every compare-exchange that enters acquires what every one that leaves
//      released; hand-offs go through the turnstile (U1) as well.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_LOCKS_KRWLOCK_H_
#define KNOTESTAT_KNOTE_LOCKS_KRWLOCK_H_

#include "knote/locks/turnstile.h"

namespace knote {

enum krw_t { RW_READER, RW_WRITER };

// What rw_enter() waited: ns, 0 if it did not, and whether a writer held the
// lock when the wait began. If not, that was readers or a writer that waited.
struct rw_wait {
  uint64_t ns = 0;
  bool for_holding_writer = false;
  operator uint64_t() const { return ns; }  // what most callers want to know
};

template <class Env>
class alignas(64) krwlock {
 public:
  // Enters; returns how long it waited, and for whom.
  template <krw_t kOperation>
  [[gnu::always_inline]] rw_wait rw_enter() {
    const uintptr_t mine = MineOf<kOperation>();
    // Free, as a rule. It is not loaded first: that would fetch the line twice.
    uintptr_t owner = 0;
    if (owner_.compare_exchange_strong(owner, mine,
                                       std::memory_order_acquire,  // L1
                                       std::memory_order_relaxed)) [[likely]]
      return {};
    return EnterSlow(kOperation, mine, owner);
  }

  // Enters for writing if nobody holds or wants it.
  bool rw_tryenter_writer() {
    uintptr_t free = 0;
    return owner_.compare_exchange_strong(free, Env::ThreadId() | kWriteLocked,
                                          std::memory_order_acquire,  // L1
                                          std::memory_order_relaxed);
  }

  // Leaves what rw_enter<kOperation>() entered.
  template <krw_t kOperation>
  [[gnu::always_inline]] void rw_exit() {
    const uintptr_t mine = MineOf<kOperation>();
    // Alone and awaited by nobody, as a rule.
    uintptr_t owner = mine;
    if (!owner_.compare_exchange_strong(owner, 0,
                                        std::memory_order_release,  // L1
                                        std::memory_order_relaxed)) [[unlikely]]
      ExitSlow(kOperation, mine, owner);
  }

  // True if anyone holds it; for assertions.
  bool rw_held() const {
    return (owner_.load(std::memory_order_relaxed) &
            (kThread | kWriteLocked)) != 0;
  }

 private:
  // The owner word: flags, then a reader count or the writer's thread.
  static constexpr uintptr_t kHasWaiters = 1, kWriteWanted = 2,
                             kWriteLocked = 4, kReadIncrement = 16,
                             kThread = ~uintptr_t{15};
  static constexpr int kReadShift = 4;

  // What a holder adds to the word.
  template <krw_t kOperation>
  [[gnu::always_inline]] static uintptr_t MineOf() {
    return kOperation == RW_READER ? kReadIncrement
                                   : Env::ThreadId() | kWriteLocked;
  }

  static bool LastWithWaiters(uintptr_t left) {
    return (left & (kThread | kHasWaiters)) == kHasWaiters;
  }

  // Not free at once: the word was `owner`.
  [[gnu::noinline]] rw_wait EnterSlow(krw_t operation, uintptr_t mine,
                                      uintptr_t owner) {
    const bool reader = operation == RW_READER;
    const uintptr_t blocks =
        reader ? kWriteLocked | kWriteWanted : kWriteLocked | kThread;
    const uintptr_t announce =
        reader ? kHasWaiters : kHasWaiters | kWriteWanted;
    uint64_t begin = 0;
    bool held = false;  // by a writer when the wait began
    int spins = 0;
    for (;;) {
      if ((owner & blocks) == 0) {
        // A writer that was woken to compete clears WRITE_WANTED by entering.
        if (owner_.compare_exchange_weak(owner, (owner + mine) & ~kWriteWanted,
                                         std::memory_order_acquire,  // L1
                                         std::memory_order_relaxed))
          return Waited(begin, held);
        continue;
      }
      if (begin == 0) {
        begin = Env::Now();
        held = (owner & kWriteLocked) != 0;
      }
      // Only a writer's hold is short enough to spin for.
      if ((owner & kWriteLocked) && !(owner & kHasWaiters) &&
          spins++ < Env::kSpinTurns) {
        Env::Pause();
        owner = owner_.load(std::memory_order_relaxed);
        continue;
      }
      turnstile_.Lock();
      owner = owner_.load(std::memory_order_relaxed);
      if ((owner & blocks) == 0 ||
          !owner_.compare_exchange_strong(owner, owner | announce,
                                          std::memory_order_relaxed)) {
        turnstile_.Unlock();
        continue;
      }
      typename turnstile<Env>::Waiter waiter;
      waiter.thread = Env::ThreadId();
      turnstile_.Sleep(
          reader ? turnstile<Env>::kReaders : turnstile<Env>::kWriters, waiter);
      owner = owner_.load(std::memory_order_acquire);  // L1
      // Readers are only ever woken by a hand-off, writers also to compete.
      if (reader || (owner & kThread) == waiter.thread)
        return Waited(begin, held);
    }
  }

  // Others hold it too, or wait: the word was `owner`.
  [[gnu::noinline]] void ExitSlow(krw_t operation, uintptr_t mine,
                                  uintptr_t owner) {
    while (!LastWithWaiters(owner - mine)) {
      if (owner_.compare_exchange_weak(owner, owner - mine,
                                       std::memory_order_release,  // L1
                                       std::memory_order_relaxed))
        return;
    }
    turnstile_.Lock();
    const uint32_t readers = turnstile_.Count(turnstile<Env>::kReaders);
    const uint32_t writers = turnstile_.Count(turnstile<Env>::kWriters);
    if (operation == RW_WRITER && readers != 0) {
      HandOver((uintptr_t{readers} << kReadShift) |
               (writers != 0 ? kHasWaiters | kWriteWanted : 0));
      turnstile_.Wake(turnstile<Env>::kReaders, readers);
    } else if (readers != 0 && writers != 0) {
      HandOver(turnstile_.First(turnstile<Env>::kWriters) | kWriteLocked |
               kHasWaiters | (writers > 1 ? kWriteWanted : 0));
      turnstile_.Wake(turnstile<Env>::kWriters, 1);
    } else if (writers != 0) {
      HandOver(kWriteWanted);  // keeps readers out while the writers compete
      turnstile_.Wake(turnstile<Env>::kWriters, writers);
    } else {
      HandOver(uintptr_t{readers} << kReadShift);
      turnstile_.Wake(turnstile<Env>::kReaders, readers);
    }
    turnstile_.Unlock();
  }

  // The leaver is the last holder and waiters are queued, so nobody else can
  // change the word: entering needs the turnstile, which is locked. Yet it is
  // an exchange and no store: a store would end the release sequences of the
  // readers that left before.
  void HandOver(uintptr_t owner) {
    owner_.exchange(owner, std::memory_order_release);  // L1
  }

  static rw_wait Waited(uint64_t begin, bool held) {
    if (begin == 0) return {};
    return {Env::Now() - begin + 1, held};
  }

  typename Env::template Atomic<uintptr_t> owner_{0};
  turnstile<Env> turnstile_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_KRWLOCK_H_

// krwlock: NetBSD's rwlock(9): writer-preferring, with hand-off.
//
// Readers hold it together, a writer alone. A writer that has to wait sets
// WRITE_WANTED, which keeps new readers out. Who releases it last hands it
// over: a leaving reader to the longest-waiting writer, a leaving writer to
// all waiting readers at once, so phases alternate and nobody starves.
// Readers may sleep while they hold it. A reader that enters again while a
// writer waits deadlocks, and only that: recursion is not detected.
//
// Cost: one addition in, one out, on a word that all readers share; two more
// for a reader that a writer keeps out.
// Origin: the rules of NetBSD's kern_rwlock.c (1.71). Two differences. A
// reader counts itself in before it knows that it may enter, and takes that
// back if not, as Linux's rwsem does: where CPUs fight for the word, an
// addition never has to be tried again, and takes half the time of NetBSD's
// compare-exchange. What a reader has to know of the word is its uppermost bit,
// which an addition tells by the sign of its result: it need not fetch the
// word. And it has a turnstile of its own, and whoever has to wait spins a
// fixed number of turns first, where the kernel spins only for a writer, and as
// long as that is on a CPU.
//
// Ordering
//  L1  every update that enters acquires what every one that leaves released;
//      all are read-modify-writes, so none ends a release sequence. Hand-offs
//      go through the turnstile (U1) as well.
//  L2  who sets HAS_WAITERS does it with the turnstile locked, while the lock
//      is held or wanted, and queues before he unlocks it. Whose update leaves
//      the lock free with that flag set locks the turnstile and looks again:
//      if it still is, he hands it over, and else whoever came in between will
//      leave it so.
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
    if constexpr (kOperation == RW_READER) {
      if (!ReadersKeptOut(word_.fetch_add(kReader, std::memory_order_acquire) +
                          kReader)) [[likely]]  // L1
        return {};
    } else {
      if (rw_tryenter_writer()) [[likely]]
        return {};
    }
    return EnterSlow(kOperation);
  }

  // Enters for writing if nobody holds or wants it.
  [[gnu::always_inline]] bool rw_tryenter_writer() {
    uint32_t free = 0;
    return word_.compare_exchange_strong(free, kWriteLocked,
                                         std::memory_order_acquire,  // L1
                                         std::memory_order_relaxed);
  }

  // Leaves what rw_enter<kOperation>() entered.
  template <krw_t kOperation>
  [[gnu::always_inline]] void rw_exit() {
    if constexpr (kOperation == RW_READER) {
      if (ReadersKeptOut(word_.fetch_sub(kReader, std::memory_order_release) -
                         kReader)) [[unlikely]]  // L1
        ReaderLeft();
    } else {
      uint32_t found = kWriteLocked;
      if (!word_.compare_exchange_strong(found, 0,
                                         std::memory_order_release,  // L1
                                         std::memory_order_relaxed))
          [[unlikely]]
        WriterLeaves(found);
    }
  }

  // True if anyone holds it; for assertions.
  bool rw_held() const {
    return (word_.load(std::memory_order_relaxed) & kHolders) != 0;
  }

 private:
  // The word: flags, and below them how many readers there are, those that a
  // writer keeps out and that have not taken back their count among them.
  // WRITE_WANTED, unlike NetBSD's, stays while a writer holds the lock, so that
  // it is set whenever readers are kept out, and with it alone HAS_WAITERS is.
  static constexpr uint32_t kWriteWanted = 1u << 31, kWriterHolds = 1u << 30,
                            kWriteLocked = kWriteWanted | kWriterHolds,
                            kHasWaiters = 1u << 29, kReader = 1,
                            kReaders = kHasWaiters - 1,
                            kHolders = kWriterHolds | kReaders;

  // Whether WRITE_WANTED is set.
  [[gnu::always_inline]] static bool ReadersKeptOut(uint32_t word) {
    return static_cast<int32_t>(word) < 0;
  }

  static bool FreeWithWaiters(uint32_t word) {
    return (word & (kHolders | kHasWaiters)) == kHasWaiters;
  }

  // It was not free.
  [[gnu::noinline]] rw_wait EnterSlow(krw_t operation) {
    const bool reader = operation == RW_READER;
    if (reader) rw_exit<RW_READER>();
    const uint32_t blocks = reader ? kWriteWanted : kHolders;
    const uint32_t announce = reader ? kHasWaiters : kHasWaiters | kWriteWanted;
    uint32_t word = word_.load(std::memory_order_relaxed);
    uint64_t begin = 0;
    bool held = false;  // by a writer when the wait began
    int spins = 0;
    for (;;) {
      if ((word & blocks) == 0) {
        const uint32_t entered = reader ? word + kReader : word | kWriteLocked;
        if (word_.compare_exchange_weak(word, entered,
                                        std::memory_order_acquire,  // L1
                                        std::memory_order_relaxed))
          return Waited(begin, held);
        continue;
      }
      if (begin == 0) {
        begin = Env::Now();
        held = (word & kWriterHolds) != 0;
      }
      // Where somebody sleeps, all that come later do.
      if ((word & kHasWaiters) == 0 && spins++ < Env::kSpinTurns) {
        // Readers that kept coming would keep the writer out.
        if (!reader && !ReadersKeptOut(word) &&
            !word_.compare_exchange_weak(word, word | kWriteWanted,
                                         std::memory_order_relaxed))
          continue;
        Env::Pause();
        word = word_.load(std::memory_order_relaxed);
        continue;
      }
      turnstile_.Lock();
      word = word_.load(std::memory_order_relaxed);
      if ((word & blocks) == 0 ||
          !word_.compare_exchange_strong(word, word | announce,  // L2
                                         std::memory_order_relaxed)) {
        turnstile_.Unlock();
        continue;
      }
      const bool handed = turnstile_.Sleep(reader ? turnstile<Env>::kReaders
                                                  : turnstile<Env>::kWriters);
      word = word_.load(std::memory_order_acquire);  // L1
      if (handed) return Waited(begin, held);
    }
  }

  // A reader has left while a writer holds or wants the lock.
  [[gnu::noinline]] void ReaderLeft() {
    uint32_t word = word_.load(std::memory_order_relaxed);  // L2
    if (!FreeWithWaiters(word)) return;
    turnstile_.Lock();
    const uint32_t readers = turnstile_.Count(turnstile<Env>::kReaders);
    const uint32_t writers = turnstile_.Count(turnstile<Env>::kWriters);
    for (word = word_.load(std::memory_order_relaxed);
         FreeWithWaiters(word);) {  // L2
      if (readers != 0 && writers != 0) {
        if (HandOver(word, kWriteLocked | kHasWaiters)) {
          turnstile_.Wake(turnstile<Env>::kWriters, 1, /*handed=*/true);
          break;
        }
      } else if (HandOverToAll(word, readers, writers)) {
        break;
      }
    }
    turnstile_.Unlock();
  }

  // Somebody waits, or did: the word is `word`, and the calling writer in it.
  [[gnu::noinline]] void WriterLeaves(uint32_t word) {
    while ((word & kHasWaiters) == 0) {
      if (word_.compare_exchange_weak(word, word - kWriteLocked,
                                      std::memory_order_release,  // L1
                                      std::memory_order_relaxed))
        return;
    }
    turnstile_.Lock();
    const uint32_t readers = turnstile_.Count(turnstile<Env>::kReaders);
    const uint32_t writers = turnstile_.Count(turnstile<Env>::kWriters);
    while (!HandOverToAll(word, readers, writers)) continue;
    turnstile_.Unlock();
  }

  // To all waiting readers, or without any to all writers, who compete while
  // WRITE_WANTED keeps readers out. As HandOver().
  bool HandOverToAll(uint32_t& word, uint32_t readers, uint32_t writers) {
    if (readers == 0) {
      if (!HandOver(word, kWriteWanted)) return false;
      turnstile_.Wake(turnstile<Env>::kWriters, writers, /*handed=*/false);
      return true;
    }
    if (!HandOver(word, readers * kReader +
                            (writers != 0 ? kHasWaiters | kWriteWanted : 0)))
      return false;
    turnstile_.Wake(turnstile<Env>::kReaders, readers, /*handed=*/true);
    return true;
  }

  // With the turnstile locked: from `word`, makes `next` the flags and the new
  // holders, beside the readers that have yet to take back their count. False
  // if the word has changed: then `word` is what it is now.
  bool HandOver(uint32_t& word, uint32_t next) {
    return word_.compare_exchange_strong(word, (word & kReaders) + next,
                                         std::memory_order_release,  // L1
                                         std::memory_order_relaxed);
  }

  static rw_wait Waited(uint64_t begin, bool held) {
    if (begin == 0) return {};
    return {Env::Now() - begin + 1, held};
  }

  typename Env::template Atomic<uint32_t> word_{0};
  turnstile<Env> turnstile_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_KRWLOCK_H_

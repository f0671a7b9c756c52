// turnstile: the threads that sleep on one krwlock, in order of arrival.
//
// NetBSD keeps turnstiles in a hash table and lends priority through them;
// here each lock has its own and priorities are the scheduler's business. A
// sleeper waits on a word of its own stack, so a wake-up names one thread, and
// says whether it comes with the lock.
//
// Every function but Sleep() needs the turnstile locked.
//
// Ordering
//  U1  Wake() releases through `awake`, Sleep() acquires: what the waker did
//      to the lock word happened before the sleeper goes on. After the store
//      the waiter may be gone; the futex call then names a dead address, which
//      is harmless.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_LOCKS_TURNSTILE_H_
#define KNOTESTAT_KNOTE_LOCKS_TURNSTILE_H_

#include "knote/locks/kmutex.h"

namespace knote {

template <class Env>
class turnstile {
 public:
  enum Queue { kReaders, kWriters };

  void Lock() { lock_.mutex_enter(); }
  void Unlock() { lock_.mutex_exit(); }

  uint32_t Count(Queue queue) const { return queues_[queue].count; }

  // Queues the calling thread, unlocks, and sleeps until woken. True if it was
  // handed the lock, false if it has to compete for it.
  bool Sleep(Queue queue) {
    Waiter waiter;
    List& list = queues_[queue];
    (list.head == nullptr ? list.head : list.tail->next) = &waiter;
    list.tail = &waiter;
    ++list.count;
    Unlock();
    for (;;) {
      const uint32_t woken =
          waiter.awake.load(std::memory_order_acquire);  // U1
      if (woken != kAsleep) return woken == kHandedTheLock;
      Env::FutexWait(waiter.awake, kAsleep);
    }
  }

  // Wakes the `count` longest-waiting threads of `queue`, to which the caller
  // has `handed` the lock, or which compete for it.
  void Wake(Queue queue, uint32_t count, bool handed) {
    List& list = queues_[queue];
    for (; count > 0; --count) {
      Waiter* waiter = list.head;
      list.head = waiter->next;
      --list.count;
      auto& awake = waiter->awake;
      awake.store(handed ? kHandedTheLock : kCompetes,
                  std::memory_order_release);  // U1
      Env::FutexWake(awake, 1);
    }
  }

 private:
  static constexpr uint32_t kAsleep = 0, kCompetes = 1, kHandedTheLock = 2;

  struct Waiter {
    Waiter* next = nullptr;
    typename Env::template Atomic<uint32_t> awake{kAsleep};
  };

  struct List {
    Waiter* head = nullptr;
    Waiter* tail = nullptr;
    uint32_t count = 0;
  };

  kmutex<Env> lock_;
  List queues_[2];
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_LOCKS_TURNSTILE_H_

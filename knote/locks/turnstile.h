// turnstile: the threads that sleep on one krwlock, in order of arrival.
//
// NetBSD keeps turnstiles in a hash table and lends priority through them;
// here each lock has its own and priorities are the scheduler's business. A
// sleeper waits on a word of its own stack, so a wake-up names one thread.
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

  struct Waiter {
    uintptr_t thread = 0;
    Waiter* next = nullptr;
    typename Env::template Atomic<uint32_t> awake{0};
  };

  void Lock() { lock_.mutex_enter(); }
  void Unlock() { lock_.mutex_exit(); }

  uint32_t Count(Queue queue) const { return queues_[queue].count; }

  // The longest-waiting thread's id.
  uintptr_t First(Queue queue) const { return queues_[queue].head->thread; }

  // Queues `waiter`, unlocks, and sleeps until woken.
  void Sleep(Queue queue, Waiter& waiter) {
    List& list = queues_[queue];
    (list.head == nullptr ? list.head : list.tail->next) = &waiter;
    list.tail = &waiter;
    ++list.count;
    Unlock();
    while (waiter.awake.load(std::memory_order_acquire) == 0) {  // U1
      Env::FutexWait(waiter.awake, 0);
    }
  }

  // Wakes the `count` longest-waiting threads of `queue`.
  void Wake(Queue queue, uint32_t count) {
    List& list = queues_[queue];
    for (; count > 0; --count) {
      Waiter* waiter = list.head;
      list.head = waiter->next;
      --list.count;
      auto& awake = waiter->awake;
      awake.store(1, std::memory_order_release);  // U1
      Env::FutexWake(awake, 1);
    }
  }

 private:
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

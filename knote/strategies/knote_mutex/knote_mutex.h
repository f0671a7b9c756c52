// knote_mutex: a mutex per knote, the design that NetBSD shipped (foplock).
//
// Reader cost: one atomic read-modify-write in, one out, on the knote's own
// line: uncontended unless two threads dispatch the same knote, which then
// serialize. Writer cost, the traversal hazard and the way knotes are kept
// alive: knote_lock.h.
// A reader may block. It may not be entered under an object lock.
//
// Ordering
//  M1  (kmutex.h) is the L1 of knote_lock.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_

#include "knote/strategies/knote_lock.h"

namespace knote {

// How knote_lock.h uses a kmutex: readers exclude each other, too.
template <class E>
struct KnoteKmutex {
  using Env = E;
  static constexpr StrategyInfo kInfo{
      .name = "knote_mutex",
      .scope = "knote",
      .summary = "a mutex per knote, as NetBSD shipped it",
      .headline = true,
      .reader_may_block = true,
      .reader_may_migrate = true,
      .writer_waits_for = "the call in progress on each knote, in turn"};

  [[gnu::always_inline]] uint64_t EnterReader() { return mutex.mutex_enter(); }
  [[gnu::always_inline]] void LeaveReader() { mutex.mutex_exit(); }
  uint64_t EnterWriter() { return mutex.mutex_enter(); }
  void LeaveWriter() { mutex.mutex_exit(); }
  bool TryEnterWriter() { return mutex.mutex_tryenter(); }

  kmutex<Env> mutex;
};

template <class Env>
using KnoteMutex = KnoteLock<KnoteKmutex<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_KNOTE_MUTEX_KNOTE_MUTEX_H_

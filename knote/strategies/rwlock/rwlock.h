// rwlock: a reader/writer lock around every filterops call.
//
// The first proposal for NetBSD (Thorpe, July 2022: knote_filterops_lock) is
// one global lock, alone on its cache line because every dispatch of the
// machine writes that line twice. At scope klist there is one for each list
// (scoped.h), at scope knote one in each knote (knote_lock.h).
//
// Reader cost: one addition in, one out, on the shared line; with more CPUs the
// line's transfers are all that is left. Writer cost: waits for every
// reader of the lock, and all new ones wait for it.
// A reader may block. It may not recurse while a writer waits, and it may not
// be entered under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  L1  (krwlock.h) orders all: a writer runs alone (see lock_strategy.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_

#include "knote/locks/krwlock.h"
#include "knote/strategies/knote_lock.h"
#include "knote/strategies/lock_strategy.h"

namespace knote {

template <class E>
class FilteropsRwlock {
 public:
  using Env = E;
  using Thread = NoThread;
  using Hold = NoHold;

  static constexpr StrategyInfo kInfo{
      .name = "rwlock",
      .scope = "global",
      .summary = "a writer-preferring lock around filterops calls",
      .headline = true,
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers"};

  explicit FilteropsRwlock(int /*cpus*/) {}

  [[gnu::always_inline]] NoHold EnterReader(NoThread&) {
    if (const rw_wait waited = lock_.template rw_enter<RW_READER>())
        [[unlikely]]
      ReportReaderBlocked(waited, kInfo.name.data());
    return {};
  }
  [[gnu::always_inline]] void LeaveReader(NoThread&, NoHold) {
    lock_.template rw_exit<RW_READER>();
  }
  uint64_t EnterWriter() { return lock_.template rw_enter<RW_WRITER>(); }
  void LeaveWriter() { lock_.template rw_exit<RW_WRITER>(); }

 private:
  krwlock<Env> lock_;
};

template <class Env, Scope kScope = Scope::kGlobal>
using Rwlock = LockStrategy<FilteropsRwlock<Env>, kScope>;

// How knote_lock.h uses a krwlock.
template <class E>
struct KnoteRwlock {
  using Env = E;
  static constexpr StrategyInfo kInfo{
      .name = "rwlock",
      .scope = "knote",
      .summary = "a writer-preferring lock in each knote",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .writer_waits_for = "the calls in progress on each knote, in turn"};

  rw_wait EnterReader() { return lock.template rw_enter<RW_READER>(); }
  void LeaveReader() { lock.template rw_exit<RW_READER>(); }
  uint64_t EnterWriter() { return lock.template rw_enter<RW_WRITER>(); }
  void LeaveWriter() { lock.template rw_exit<RW_WRITER>(); }
  bool TryEnterWriter() { return lock.rw_tryenter_writer(); }

  krwlock<Env> lock;
};

template <class Env>
using RwlockInKnote = KnoteLock<KnoteRwlock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_

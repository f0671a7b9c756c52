// rwlock: one global reader/writer lock around every filterops call.
//
// The first proposal for NetBSD (Thorpe, July 2022: knote_filterops_lock): the
// lock is alone on its cache line because every dispatch of the machine writes
// that line twice.
//
// Reader cost: one compare-exchange in, one out, on the shared line; with more
// CPUs the line's transfers are all that is left. Writer cost: waits for every
// reader in the system, and all new ones wait for it.
// A reader may block. It may not recurse while a writer waits, and it may not
// be entered under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  L1  (krwlock.h) orders all: a writer runs alone, so the stubs are stored
//      between two sections, never during one. The traversal hazard cannot
//      arise for the same reason.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_

#include "knote/knote.h"
#include "knote/locks/krwlock.h"
#include "knote/strategy.h"
#include "probes/usdt/usdt.h"

namespace knote {

template <class E>
class Rwlock {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(Rwlock&) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "rwlock",
      .scope = "global",
      .summary = "one writer-preferring lock for all filterops calls",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers"};

  class Section {
   public:
    [[gnu::always_inline]] Section(Rwlock& strategy, ThreadState&, knote<Env>&,
                                   KnoteState&)
        : lock_(strategy.knote_filterops_lock_) {
      if (const uint64_t waited = lock_.template rw_enter<RW_READER>())
          [[unlikely]] {
        if (knotestat::usdt::ReaderBlockedWatched())
          knotestat::usdt::FireReaderBlocked(waited, kInfo.name.data());
      }
    }
    [[gnu::always_inline]] ~Section() { lock_.template rw_exit<RW_READER>(); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    krwlock<Env>& lock_;
  };

  explicit Rwlock(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    const uint64_t waited =
        knote_filterops_lock_.template rw_enter<RW_WRITER>();
    fini.Waited(waited);
    fini.NeuterAll(list);
    fini.Published();
    knote_filterops_lock_.template rw_exit<RW_WRITER>();
    fini.Reclaimed();
  }

 private:
  alignas(64) krwlock<Env> knote_filterops_lock_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_RWLOCK_RWLOCK_H_

// A reader/writer lock as a strategy: sections hold it for reading,
// klist_fini() for writing.
//
// A lock is a class with
//
//   using Env;
//   static constexpr StrategyInfo kInfo;   of one lock, at scope global
//   struct Thread;    what a thread needs to enter; default-constructible, or
//                     from a Lock& if there is only scope global
//   using Hold;       what Enter() has to tell Leave()
//   explicit Lock(int cpus);
//   Hold EnterReader(Thread&);      void LeaveReader(Thread&, Hold);
//   uint64_t EnterWriter();         void LeaveWriter();
//
// EnterWriter() returns the ns waited, 0 if nobody was there.
//
// Ordering
//  L1  the lock's own argument: a section begins after the writer that was
//      before it has left, and the reverse. So the stubs are stored between
//      two sections of the lock, never during one.
// The traversal hazard cannot arise: every f_detach that could unlink a knote
// of the list runs in a section of the same lock.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_LOCK_STRATEGY_H_
#define KNOTESTAT_KNOTE_STRATEGIES_LOCK_STRATEGY_H_

#include "knote/strategies/reader_wait.h"
#include "knote/strategies/scoped.h"

namespace knote {

// For locks that need nothing of a kind.
struct NoThread {};
struct NoHold {};

template <class Lock, Scope kScope = Scope::kGlobal>
class LockStrategy {
 public:
  using Env = typename Lock::Env;
  using Locks = Scoped<Lock, kScope>;
  using KnoteState = typename Locks::KnoteState;

  struct ThreadState {
    explicit ThreadState(LockStrategy& strategy)
        : lock_thread(MakeThread(strategy)) {}
    typename Lock::Thread lock_thread;

   private:
    static typename Lock::Thread MakeThread(LockStrategy& strategy) {
      if constexpr (std::is_constructible_v<typename Lock::Thread, Lock&>) {
        return typename Lock::Thread(strategy.locks_.single());
      } else {
        return {};
      }
    }
  };

  static constexpr StrategyInfo kInfo = Locks::InfoOf(Lock::kInfo);

  class Section {
   public:
    [[gnu::always_inline]] Section(LockStrategy& strategy, ThreadState& thread,
                                   knote<Env>& kn, KnoteState& state)
        : lock_(strategy.locks_.Of(kn, state)),
          thread_(thread.lock_thread),
          hold_(lock_.EnterReader(thread_)) {}  // L1
    [[gnu::always_inline]] ~Section() { lock_.LeaveReader(thread_, hold_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Lock& lock_;
    [[no_unique_address]] typename Lock::Thread& thread_;
    [[no_unique_address]] typename Lock::Hold hold_;
  };

  explicit LockStrategy(int cpus) : locks_(cpus) {}

  bool Retire(KnoteState& state) {
    locks_.Retire(state);
    return true;
  }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    locks_.Finish(list, [&](Lock& lock) {
      fini.Waited(lock.EnterWriter());  // L1
      fini.NeuterAll(list);
      fini.Published();
      lock.LeaveWriter();
    });
    fini.Reclaimed();
  }

 private:
  Locks locks_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_LOCK_STRATEGY_H_

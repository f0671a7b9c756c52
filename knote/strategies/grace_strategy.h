// A counter of readers as a strategy: sections are counted, klist_fini()
// stores the stubs and waits until every section that may have missed them is
// gone. New sections go on meanwhile.
//
// A counter is a class with
//
//   using Env;
//   static constexpr StrategyInfo kInfo;   of one counter, at scope global
//   struct Thread;    what a thread needs to enter; default-constructible
//   using Hold;       what Enter() has to tell Leave()
//   explicit Counter(int cpus);
//   Hold Enter(Thread&);   void Leave(Thread&, Hold);
//   uint64_t Drain();      returns the ns waited, 0 if nobody was there
//
// Drain() returns once every section is over whose Enter() was not ordered
// after the call. A counter that can be drained only once says so; at scope
// klist that is enough, because its klist ends there.
//
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_GRACE_STRATEGY_H_
#define KNOTESTAT_KNOTE_STRATEGIES_GRACE_STRATEGY_H_

#include "knote/strategies/scoped.h"

namespace knote {

template <class Counter, Scope kScope>
class GraceStrategy {
 public:
  using Env = typename Counter::Env;
  using Counters = Scoped<Counter, kScope>;
  using KnoteState = typename Counters::KnoteState;

  struct ThreadState {
    explicit ThreadState(GraceStrategy&) {}
    [[no_unique_address]] typename Counter::Thread counter_thread;
  };

  static constexpr StrategyInfo kInfo = Counters::InfoOf(Counter::kInfo);

  class Section {
   public:
    [[gnu::always_inline]] Section(GraceStrategy& strategy, ThreadState& thread,
                                   knote<Env>& kn, KnoteState& state)
        : counter_(strategy.counters_.Of(kn, state)),
          thread_(thread.counter_thread),
          hold_(counter_.Enter(thread_)) {}
    [[gnu::always_inline]] ~Section() { counter_.Leave(thread_, hold_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Counter& counter_;
    typename Counter::Thread& thread_;
    const typename Counter::Hold hold_;
  };

  explicit GraceStrategy(int cpus) : counters_(cpus) {}

  bool Retire(KnoteState& state) {
    counters_.Retire(state);
    return true;
  }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    counters_.Finish(list, [&](Counter& counter) {
      fini.NeuterUnderObjectLock(list);
      fini.Published();
      fini.Waited(counter.Drain());
    });
    fini.Reclaimed();
  }

 private:
  Counters counters_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_GRACE_STRATEGY_H_

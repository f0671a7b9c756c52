// busted_bravo: bravo with a fault, as a control.
//
// Missing: the fence between a reader's mark and its second look at the bias
// (B1 of bravo.h): the writer revokes the bias and looks at the rows without a
// HeavyFence. The mark of a reader can still be in its CPU's store buffer then,
// while its second look has already found the bias. This is what a copy of
// BRAVO does that marks with a plain store.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BUSTED_BRAVO_BUSTED_BRAVO_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BUSTED_BRAVO_BUSTED_BRAVO_H_

#include "knote/strategies/bravo/bravo.h"
#include "knote/strategies/slow_stores.h"

namespace knote {

template <class E>
class BustedBravo : public Bravo<E> {
 public:
  using Env = E;
  using Table = ThreadSections<Env>;

  static constexpr StrategyInfo kInfo =
      BustedCopyOf(Bravo<E>::kInfo, "busted_bravo",
                   "a control: bravo without the store-load fence");

  class Section {
   public:
    Section(BustedBravo& strategy, typename Bravo<E>::ThreadState& thread,
            knote<Env>& kn, typename Bravo<E>::KnoteState& state)
        : section_(strategy.Slowed(), thread, kn, state) {}

   private:
    typename Bravo<E>::Section section_;
  };

  using Bravo<E>::Bravo;

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    this->lock_.template rw_enter<RW_WRITER>();
    slow_stores_.Issue();
    this->bias_.store(0, std::memory_order_relaxed);
    this->visible_readers_.ForEach([](typename Table::Record& row) {
      // T3 is what is missing here; T4 is kept.
      const uint64_t seen = row.word.load(std::memory_order_acquire);
      while (Table::Inside(seen) &&
             row.word.load(std::memory_order_acquire) == seen)  // T4
        Env::Yield();
    });
    fini.Waited();
    fini.NeuterAll(list);
    fini.Published();
    this->lock_.template rw_exit<RW_WRITER>();
    fini.Reclaimed();
  }

 private:
  // The fault shows while stores are slow.
  BustedBravo& Slowed() {
    slow_stores_.Issue();
    return *this;
  }

  SlowStores<Env> slow_stores_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BUSTED_BRAVO_BUSTED_BRAVO_H_

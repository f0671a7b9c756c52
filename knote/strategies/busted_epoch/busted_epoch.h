// busted_epoch: epoch with a fault, as a control.
//
// Missing: the HeavyFence between the stubs and the look at the threads' words
// (E1 of epoch.h). The word of a reader that has entered can still be in its
// CPU's store buffer when the writer looks, while the reader's load has already
// got the driver's filterops.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BUSTED_EPOCH_BUSTED_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BUSTED_EPOCH_BUSTED_EPOCH_H_

#include "knote/strategies/epoch/epoch.h"
#include "knote/strategies/slow_stores.h"

namespace knote {

template <class E>
class BustedEpoch : public Epoch<E> {
 public:
  using Env = E;

  static constexpr StrategyInfo kInfo =
      BustedCopyOf(Epoch<E>::kInfo, "busted_epoch",
                   "a control: epoch without the heavy fence");

  class Section {
   public:
    Section(BustedEpoch& strategy, typename Epoch<E>::ThreadState& thread,
            knote<Env>& kn, typename Epoch<E>::KnoteState& state)
        : section_(strategy.Slowed(), thread, kn, state) {}

   private:
    typename Epoch<E>::Section section_;
  };

  using Epoch<E>::Epoch;

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    slow_stores_.Issue();
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const uint64_t begun = this->epoch_.Begin();
    for (auto* node = this->threads_.First(); node != nullptr;
         node = node->next) {
      // E1 is what is missing here; E2 is kept.
      const auto& word = node->record.word;
      for (;;) {
        const uint64_t seen = word.load(std::memory_order_acquire);  // E2
        if (!this->IsInside(seen) || seen >= begun) break;
        Env::Yield();
      }
    }
    fini.Waited();
  }

 private:
  // The fault shows while stores are slow.
  BustedEpoch& Slowed() {
    slow_stores_.Issue();
    return *this;
  }

  SlowStores<Env> slow_stores_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BUSTED_EPOCH_BUSTED_EPOCH_H_

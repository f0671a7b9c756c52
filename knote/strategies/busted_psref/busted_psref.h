// busted_psref: psref with a fault, as a control.
//
// Missing: the wait. The writer stores the stubs and passes the fence, but does
// not wait for the references that readers hold: memory is freed under them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PSREF_BUSTED_PSREF_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PSREF_BUSTED_PSREF_H_

#include "knote/strategies/psref/psref.h"

namespace knote {

template <class E>
class BustedPsref : public Psref<E> {
 public:
  using Env = E;

  static constexpr StrategyInfo kInfo =
      BustedCopyOf(Psref<E>::kInfo, "busted_psref",
                   "a control: psref whose writer frees too early");

  using Psref<E>::Psref;

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    Env::HeavyFence();
    fini.Waited();
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BUSTED_PSREF_BUSTED_PSREF_H_

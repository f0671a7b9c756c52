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

  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = Psref<E>::kInfo;
    info.name = "busted_psref";
    info.summary = "a control: psref whose writer frees too early";
    info.group = Group::kControl;
    info.hidden = true;
    info.headline = false;
    info.safe = false;
    return info;
  }();

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

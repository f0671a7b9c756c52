// planted_fini_DELAY: no synchronization, and a klist_fini() that waits for a
// known time, by computing or partly asleep.
//
// Controls with a known answer: whatever reports the latency of klist_fini()
// has to find the delay between these and `none`. The one that sleeps does so
// for half of the time and computes until the delay is over, so that it is as
// exact as the other unless the kernel wakes it later than that. Reader cost:
// nothing. Writer cost: the delay, in the phase of waiting.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PLANTED_FINI_PLANTED_FINI_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PLANTED_FINI_PLANTED_FINI_H_

#include "knote/knote.h"
#include "knote/strategies/none/none.h"

namespace knote {

// What is planted.
struct PlantedDelay {
  std::string_view name;
  uint64_t ns = 0;
  bool sleeps = false;
};

inline constexpr PlantedDelay kPlantedDelays[] = {
    {"planted_fini_50us_busy", 50'000, false},
    {"planted_fini_50us_asleep", 50'000, true},
    {"planted_fini_2ms_busy", 2'000'000, false},
    {"planted_fini_2ms_asleep", 2'000'000, true}};

template <class E, int kDelay>
class PlantedFini : public None<E> {
 public:
  using Env = E;
  using typename None<E>::KnoteState;
  struct ThreadState {
    explicit ThreadState(PlantedFini&) {}
  };

  static constexpr PlantedDelay kPlanted = kPlantedDelays[kDelay];
  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = None<E>::kInfo;
    info.name = kPlanted.name;
    info.summary = "control: a klist_fini() that takes a known time longer";
    info.hidden = true;
    info.headline = false;
    return info;
  }();

  class Section {
   public:
    Section(PlantedFini&, ThreadState&, knote<Env>&, KnoteState&) {}
  };

  using None<E>::None;

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const uint64_t until = Env::Now() + kPlanted.ns;
    if (kPlanted.sleeps) Env::Sleep(kPlanted.ns / 2);
    while (Env::Now() < until) Env::Pause();
    fini.Waited();
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PLANTED_FINI_PLANTED_FINI_H_

// planted_section_N: no synchronization, and a section that takes N cycles
// longer than planted_section_0 does.
//
// Controls with a known answer: whatever reports the cost of sections has to
// find N cycles between the two. Both hold a chain of instructions between two
// fences, so that nothing of it overlaps with the dispatch around it; the
// fences and the first cycles, in which a pipeline starts, are in both. Reader
// cost: N cycles, and what the fences take. Writer cost: that of `none`.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PLANTED_SECTION_PLANTED_SECTION_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PLANTED_SECTION_PLANTED_SECTION_H_

#include "knote/env/cycle_chain.h"
#include "knote/knote.h"
#include "knote/strategies/none/none.h"

namespace knote {

inline constexpr int kCyclesOfEveryPlant = 8;

constexpr std::string_view PlantedSectionName(int cycles) {
  switch (cycles) {
    case 0:
      return "planted_section_0";
    case 2:
      return "planted_section_2";
    case 4:
      return "planted_section_4";
    case 18:
      return "planted_section_18";
    case 72:
      return "planted_section_72";
    default:
      return "planted_section_1000";
  }
}

#ifdef KNOTESTAT_CYCLE_CHAIN
template <class E, int kCycles>
class PlantedSection : public None<E> {
 public:
  using Env = E;
  using typename None<E>::KnoteState;
  struct ThreadState {
    explicit ThreadState(PlantedSection&) {}
  };

  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = None<E>::kInfo;
    info.name = PlantedSectionName(kCycles);
    info.summary = "control: a section of a known cost, in cycles";
    info.hidden = true;
    info.headline = false;
    info.plain_reader = false;
    return info;
  }();

  class Section {
   public:
    Section(PlantedSection&, ThreadState&, knote<Env>&, KnoteState&) {
      FencedCycleChain<kCyclesOfEveryPlant + kCycles>();
    }
  };

  using None<E>::None;
};
#endif

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PLANTED_SECTION_PLANTED_SECTION_H_

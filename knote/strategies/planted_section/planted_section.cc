// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/planted_section/planted_section.h"

#include "knote/world_of.h"

namespace knote {
namespace {

#ifdef KNOTESTAT_CYCLE_CHAIN
template <int kCycles>
StrategyEntry PlantedEntry() {
  return EntryOf<PlantedSection<HwEnv, kCycles>>();
}

// Some 0.5, 1, 5 and 20 ns; 1000 to tell how long a cycle is.
const StrategyRegistration planted_section_registrations[] = {
    StrategyRegistration(PlantedEntry<0>()),
    StrategyRegistration(PlantedEntry<2>()),
    StrategyRegistration(PlantedEntry<4>()),
    StrategyRegistration(PlantedEntry<18>()),
    StrategyRegistration(PlantedEntry<72>()),
    StrategyRegistration(PlantedEntry<1000>())};
#endif

}  // namespace
}  // namespace knote

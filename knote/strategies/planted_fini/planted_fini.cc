// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/planted_fini/planted_fini.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration planted_fini_registrations[] = {
    StrategyRegistration(EntryOf<PlantedFini<HwEnv, 0>>()),
    StrategyRegistration(EntryOf<PlantedFini<HwEnv, 1>>()),
    StrategyRegistration(EntryOf<PlantedFini<HwEnv, 2>>()),
    StrategyRegistration(EntryOf<PlantedFini<HwEnv, 3>>())};

}  // namespace
}  // namespace knote

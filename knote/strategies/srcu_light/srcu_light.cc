// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu_light/srcu_light.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration srcu_light_registration(EntryOf<SrcuLight<HwEnv>>());
const StrategyRegistration srcu_light_klist_registration(
    EntryOf<SrcuLight<HwEnv, Scope::kKlist>>());

}  // namespace
}  // namespace knote

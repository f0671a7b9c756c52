// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu/srcu.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration srcu_registration(EntryOf<Srcu<HwEnv>>());
const StrategyRegistration srcu_klist_registration(
    EntryOf<Srcu<HwEnv, Scope::kKlist>>());

}  // namespace
}  // namespace knote

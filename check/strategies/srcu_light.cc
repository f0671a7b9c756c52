// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu_light/srcu_light.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration srcu_light_registration(
    EntryOf<knote::SrcuLight<CheckEnv>>());
const StrategyRegistration srcu_light_klist_registration(
    ScopedEntryOf<knote::SrcuLight<CheckEnv, knote::Scope::kKlist>>());

}  // namespace
}  // namespace knotestat::check

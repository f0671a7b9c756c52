// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu/srcu.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration srcu_registration(EntryOf<knote::Srcu<CheckEnv>>());
const StrategyRegistration srcu_klist_registration(
    ScopedEntryOf<knote::Srcu<CheckEnv, knote::Scope::kKlist>>());

}  // namespace
}  // namespace knotestat::check

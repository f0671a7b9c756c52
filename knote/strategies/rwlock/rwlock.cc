// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration rwlock_registration(EntryOf<Rwlock<HwEnv>>());
const StrategyRegistration rwlock_klist_registration(
    EntryOf<Rwlock<HwEnv, Scope::kKlist>>());
const StrategyRegistration rwlock_knote_registration(
    EntryOf<RwlockInKnote<HwEnv>>());

}  // namespace
}  // namespace knote

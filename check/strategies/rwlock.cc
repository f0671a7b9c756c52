// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration rwlock_registration(
    EntryOf<knote::Rwlock<CheckEnv>>());
const StrategyRegistration rwlock_klist_registration(
    ScopedEntryOf<knote::Rwlock<CheckEnv, knote::Scope::kKlist>>());
const StrategyRegistration rwlock_knote_registration(
    ScopedEntryOf<knote::RwlockInKnote<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

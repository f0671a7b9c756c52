// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration percpu_rwlock_registration(
    EntryOf<knote::PercpuRwlock<CheckEnv>>());
const StrategyRegistration percpu_rwlock_klist_registration(
    ScopedEntryOf<knote::PercpuRwlock<CheckEnv, knote::Scope::kKlist>>());

}  // namespace
}  // namespace knotestat::check

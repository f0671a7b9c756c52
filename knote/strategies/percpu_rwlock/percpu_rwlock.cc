// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration percpu_rwlock_registration(
    EntryOf<PercpuRwlock<HwEnv>>());
const StrategyRegistration percpu_rwlock_klist_registration(
    EntryOf<PercpuRwlock<HwEnv, Scope::kKlist>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_percpu_rwlock/busted_percpu_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration busted_percpu_rwlock_registration(
    EntryOf<BustedPercpuRwlock<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration percpu_rwlock_registration(
    EntryOf<PercpuRwlock<HwEnv>>());

}  // namespace
}  // namespace knote

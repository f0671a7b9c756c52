// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_rwlock/busted_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration busted_rwlock_registration(
    EntryOf<BustedRwlock<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration rwlock_registration(EntryOf<Rwlock<HwEnv>>());

}  // namespace
}  // namespace knote

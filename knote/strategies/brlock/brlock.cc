// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/brlock/brlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration brlock_registration(EntryOf<Brlock<HwEnv>>());

}  // namespace
}  // namespace knote

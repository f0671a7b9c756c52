// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rmlock/rmlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration rmlock_registration(EntryOf<Rmlock<HwEnv>>());

}  // namespace
}  // namespace knote

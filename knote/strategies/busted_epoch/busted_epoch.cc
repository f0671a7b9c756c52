// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_epoch/busted_epoch.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration busted_epoch_registration(
    EntryOf<BustedEpoch<HwEnv>>());

}  // namespace
}  // namespace knote

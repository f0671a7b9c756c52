// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_bravo/busted_bravo.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration busted_bravo_registration(
    EntryOf<BustedBravo<HwEnv>>());

}  // namespace
}  // namespace knote

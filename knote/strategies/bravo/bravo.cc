// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/bravo/bravo.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration bravo_registration(EntryOf<Bravo<HwEnv>>());

}  // namespace
}  // namespace knote

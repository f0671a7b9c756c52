// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/epoch/epoch.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration epoch_registration(EntryOf<Epoch<HwEnv>>());

}  // namespace
}  // namespace knote

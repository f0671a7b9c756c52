// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_xenium_epoch/peer_xenium_epoch.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_xenium_epoch_registration(
    EntryOf<PeerXeniumEpoch<HwEnv>>());

}  // namespace
}  // namespace knote

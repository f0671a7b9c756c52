// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_xenium_hazard_pointer/peer_xenium_hazard_pointer.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_xenium_hazard_pointer_registration(
    EntryOf<PeerXeniumHazardPointer<HwEnv>>());

}  // namespace
}  // namespace knote

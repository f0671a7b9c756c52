// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_urcu_bp/peer_urcu_bp.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_urcu_bp_registration(
    EntryOf<PeerUrcuBp<HwEnv>>());

}  // namespace
}  // namespace knote

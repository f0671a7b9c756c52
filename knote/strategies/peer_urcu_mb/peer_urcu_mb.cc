// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_urcu_mb/peer_urcu_mb.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_urcu_mb_registration(
    EntryOf<PeerUrcuMb<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_urcu_memb/peer_urcu_memb.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_urcu_memb_registration(
    EntryOf<PeerUrcuMemb<HwEnv>>());

}  // namespace
}  // namespace knote

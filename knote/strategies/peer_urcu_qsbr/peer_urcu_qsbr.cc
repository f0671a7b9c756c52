// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_urcu_qsbr/peer_urcu_qsbr.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_urcu_qsbr_registration(
    EntryOf<PeerUrcuQsbr<HwEnv>>());

}  // namespace
}  // namespace knote

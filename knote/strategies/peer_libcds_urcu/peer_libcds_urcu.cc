// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_libcds_urcu/peer_libcds_urcu.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_libcds_urcu_registration(
    EntryOf<PeerLibcdsUrcu<HwEnv>>());

}  // namespace
}  // namespace knote

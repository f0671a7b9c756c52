// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_libcds_hp/peer_libcds_hp.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_libcds_hp_registration(
    EntryOf<PeerLibcdsHp<HwEnv>>());

}  // namespace
}  // namespace knote

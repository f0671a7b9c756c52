// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_ck_pflock/peer_ck_pflock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_ck_pflock_registration(
    EntryOf<PeerCkPflock<HwEnv>>());

}  // namespace
}  // namespace knote

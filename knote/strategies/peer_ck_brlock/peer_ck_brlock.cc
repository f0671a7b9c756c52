// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_ck_brlock/peer_ck_brlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_ck_brlock_registration(
    EntryOf<PeerCkBrlock<HwEnv>>());

}  // namespace
}  // namespace knote

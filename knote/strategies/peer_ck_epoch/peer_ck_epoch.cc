// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_ck_epoch/peer_ck_epoch.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_ck_epoch_registration(
    EntryOf<PeerCkEpoch<HwEnv>>());

}  // namespace
}  // namespace knote

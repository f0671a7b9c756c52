// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_ck_rwlock/peer_ck_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_ck_rwlock_registration(
    EntryOf<PeerCkRwlock<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_boost_shared_mutex/peer_boost_shared_mutex.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_boost_shared_mutex_registration(
    EntryOf<PeerBoostSharedMutex<HwEnv>>());

}  // namespace
}  // namespace knote

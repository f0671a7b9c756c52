// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_pthread_rwlock/peer_pthread_rwlock.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_pthread_rwlock_registration(
    EntryOf<PeerPthreadRwlock<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_pthread_rwlock_readers/peer_pthread_rwlock_readers.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_pthread_rwlock_readers_registration(
    EntryOf<PeerPthreadRwlockReaders<HwEnv>>());

}  // namespace
}  // namespace knote

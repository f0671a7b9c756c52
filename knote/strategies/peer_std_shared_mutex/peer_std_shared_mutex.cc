// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_std_shared_mutex/peer_std_shared_mutex.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_std_shared_mutex_registration(
    EntryOf<PeerStdSharedMutex<HwEnv>>());

}  // namespace
}  // namespace knote

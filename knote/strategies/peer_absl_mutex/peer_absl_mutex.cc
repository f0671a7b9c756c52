// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_absl_mutex/peer_absl_mutex.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_absl_mutex_registration(
    EntryOf<PeerAbslMutex<HwEnv>>());

}  // namespace
}  // namespace knote

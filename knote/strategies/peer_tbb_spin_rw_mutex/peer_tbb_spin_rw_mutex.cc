// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/peer_tbb_spin_rw_mutex/peer_tbb_spin_rw_mutex.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration peer_tbb_spin_rw_mutex_registration(
    EntryOf<PeerTbbSpinRwMutex<HwEnv>>());

}  // namespace
}  // namespace knote

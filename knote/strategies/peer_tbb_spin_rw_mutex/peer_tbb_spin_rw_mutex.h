// peer_tbb_spin_rw_mutex: oneTBB's spin_rw_mutex as the global lock.
//
// One word, spinning with back-off, writers preferred. Origin: oneTBB.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_SPIN_RW_MUTEX_PEER_TBB_SPIN_RW_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_SPIN_RW_MUTEX_PEER_TBB_SPIN_RW_MUTEX_H_

#include <oneapi/tbb/spin_rw_mutex.h>

#include "knote/strategies/peer_lock.h"

namespace knote {

template <class E>
class PeerTbbSpinRwMutexLock : public PeerLock<E, tbb::spin_rw_mutex> {
 public:
  using PeerLock<E, tbb::spin_rw_mutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, tbb::spin_rw_mutex>::Info(
      "peer_tbb_spin_rw_mutex", "tbb::spin_rw_mutex: one word, spins",
      /*sleeps=*/false);
};

template <class Env>
using PeerTbbSpinRwMutex = LockStrategy<PeerTbbSpinRwMutexLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_SPIN_RW_MUTEX_PEER_TBB_SPIN_RW_MUTEX_H_

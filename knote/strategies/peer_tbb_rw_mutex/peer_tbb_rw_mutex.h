// peer_tbb_rw_mutex: oneTBB's rw_mutex as the global lock.
//
// One word, spinning and then sleeping, writers preferred. Origin: oneTBB.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_RW_MUTEX_PEER_TBB_RW_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_RW_MUTEX_PEER_TBB_RW_MUTEX_H_

#include <oneapi/tbb/rw_mutex.h>

#include "knote/strategies/peer_lock.h"

namespace knote {

template <class E>
class PeerTbbRwMutexLock : public PeerLock<E, tbb::rw_mutex> {
 public:
  using PeerLock<E, tbb::rw_mutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, tbb::rw_mutex>::Info(
      "peer_tbb_rw_mutex", "tbb::rw_mutex: one word, spins, then sleeps",
      /*sleeps=*/true);
};

template <class Env>
using PeerTbbRwMutex = LockStrategy<PeerTbbRwMutexLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_TBB_RW_MUTEX_PEER_TBB_RW_MUTEX_H_

// peer_boost_shared_mutex: Boost's shared_mutex as the global lock.
//
// A mutex and condition variables around a count. Origin: Boost.Thread.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_BOOST_SHARED_MUTEX_PEER_BOOST_SHARED_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_BOOST_SHARED_MUTEX_PEER_BOOST_SHARED_MUTEX_H_

#include <boost/thread/shared_mutex.hpp>

#include "knote/strategies/peer_lock.h"

namespace knote {

template <class E>
class PeerBoostSharedMutexLock : public PeerLock<E, boost::shared_mutex> {
 public:
  using PeerLock<E, boost::shared_mutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, boost::shared_mutex>::Info(
      "peer_boost_shared_mutex", "boost::shared_mutex", /*sleeps=*/true);
};

template <class Env>
using PeerBoostSharedMutex = LockStrategy<PeerBoostSharedMutexLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_BOOST_SHARED_MUTEX_PEER_BOOST_SHARED_MUTEX_H_

// peer_std_shared_mutex: libstdc++'s std::shared_mutex as the global lock.
//
// On Linux it is a pthread_rwlock_t of the default kind: readers preferred.
// Origin: libstdc++.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_STD_SHARED_MUTEX_PEER_STD_SHARED_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_STD_SHARED_MUTEX_PEER_STD_SHARED_MUTEX_H_

#include <shared_mutex>

#include "knote/strategies/peer_lock.h"

namespace knote {

template <class E>
class PeerStdSharedMutexLock : public PeerLock<E, std::shared_mutex> {
 public:
  using PeerLock<E, std::shared_mutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, std::shared_mutex>::Info(
      "peer_std_shared_mutex", "std::shared_mutex", /*sleeps=*/true);
};

template <class Env>
using PeerStdSharedMutex = LockStrategy<PeerStdSharedMutexLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_STD_SHARED_MUTEX_PEER_STD_SHARED_MUTEX_H_

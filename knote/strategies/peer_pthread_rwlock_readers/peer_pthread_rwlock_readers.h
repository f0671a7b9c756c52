// peer_pthread_rwlock_readers: glibc's pthread_rwlock_t with readers preferred.
//
// The default kind: a reader enters however long a writer has waited, so it may
// recurse and be entered under an object lock, and may keep a writer out for
// ever. Origin: glibc nptl.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_READERS_PEER_PTHREAD_RWLOCK_READERS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_READERS_PEER_PTHREAD_RWLOCK_READERS_H_

#include <pthread.h>

#include "knote/strategies/peer_pthread_rwlock/peer_pthread_rwlock.h"

namespace knote {

template <class E>
class PeerPthreadRwlockReadersLock
    : public PeerLock<E, PthreadRwlock<PTHREAD_RWLOCK_PREFER_READER_NP>> {
 public:
  using Base = PeerLock<E, PthreadRwlock<PTHREAD_RWLOCK_PREFER_READER_NP>>;
  using Base::Base;
  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = Base::Info("peer_pthread_rwlock_readers",
                                   "glibc's pthread_rwlock, readers preferred",
                                   /*sleeps=*/true);
    info.reader_may_recurse = true;
    info.enter_under_spin_lock = true;
    return info;
  }();
};

template <class Env>
using PeerPthreadRwlockReaders =
    LockStrategy<PeerPthreadRwlockReadersLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_READERS_PEER_PTHREAD_RWLOCK_READERS_H_

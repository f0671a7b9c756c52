// peer_pthread_rwlock: glibc's pthread_rwlock_t as the global lock.
//
// Writer preference (PREFER_WRITER_NONRECURSIVE), to compare with `rwlock`.
// Origin: glibc nptl.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_

#include <pthread.h>

#include "knote/strategies/peer_lock.h"

namespace knote {

// A pthread_rwlock_t of one kind, with the names that peer_lock.h calls.
template <int kKind>
class PthreadRwlock {
 public:
  PthreadRwlock() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, kKind);
    pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~PthreadRwlock() { pthread_rwlock_destroy(&lock_); }
  PthreadRwlock(const PthreadRwlock&) = delete;
  PthreadRwlock& operator=(const PthreadRwlock&) = delete;

  void lock_shared() { pthread_rwlock_rdlock(&lock_); }
  void unlock_shared() { pthread_rwlock_unlock(&lock_); }
  void lock() { pthread_rwlock_wrlock(&lock_); }
  void unlock() { pthread_rwlock_unlock(&lock_); }

 private:
  pthread_rwlock_t lock_;
};

template <class E>
class PeerPthreadRwlockLock
    : public PeerLock<
          E, PthreadRwlock<PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP>> {
 public:
  using Base =
      PeerLock<E, PthreadRwlock<PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP>>;
  using Base::Base;
  static constexpr StrategyInfo kInfo = [] {
    StrategyInfo info = Base::Info("peer_pthread_rwlock",
                                   "glibc's pthread_rwlock, writers preferred",
                                   /*sleeps=*/true);
    return info;
  }();
};

template <class Env>
using PeerPthreadRwlock = LockStrategy<PeerPthreadRwlockLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_

// peer_ck_rwlock: Concurrency Kit's rwlock as the global lock.
//
// A count of readers and a writer's flag, writers preferred; spins.
// Origin: Concurrency Kit, S. Al Bahra.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_RWLOCK_PEER_CK_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_RWLOCK_PEER_CK_RWLOCK_H_

#include <ck_rwlock.h>

#include "knote/strategies/peer_lock.h"

namespace knote {

// With the names that peer_lock.h calls.
class CkRwlockMutex {
 public:
  CkRwlockMutex() { ck_rwlock_init(&lock_); }
  void lock_shared() { ck_rwlock_read_lock(&lock_); }
  void unlock_shared() { ck_rwlock_read_unlock(&lock_); }
  void lock() { ck_rwlock_write_lock(&lock_); }
  void unlock() { ck_rwlock_write_unlock(&lock_); }

 private:
  ck_rwlock_t lock_;
};

template <class E>
class PeerCkRwlockLock : public PeerLock<E, CkRwlockMutex> {
 public:
  using PeerLock<E, CkRwlockMutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, CkRwlockMutex>::Info(
      "peer_ck_rwlock", "ck_rwlock: a count and a flag, spins",
      /*sleeps=*/false);
};

template <class Env>
using PeerCkRwlock = LockStrategy<PeerCkRwlockLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_RWLOCK_PEER_CK_RWLOCK_H_

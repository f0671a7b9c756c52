// peer_ck_pflock: Concurrency Kit's phase-fair lock as the global lock.
//
// Phases of readers and writers alternate; spins. Origin: Concurrency Kit, J.
// Anderson; the algorithm is Brandenburg's and Anderson's.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_PFLOCK_PEER_CK_PFLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_PFLOCK_PEER_CK_PFLOCK_H_

#include <ck_pflock.h>

#include "knote/strategies/peer_lock.h"

namespace knote {

// With the names that peer_lock.h calls.
class CkPflockMutex {
 public:
  CkPflockMutex() { ck_pflock_init(&lock_); }
  void lock_shared() { ck_pflock_read_lock(&lock_); }
  void unlock_shared() { ck_pflock_read_unlock(&lock_); }
  void lock() { ck_pflock_write_lock(&lock_); }
  void unlock() { ck_pflock_write_unlock(&lock_); }

 private:
  ck_pflock_t lock_;
};

template <class E>
class PeerCkPflockLock : public PeerLock<E, CkPflockMutex> {
 public:
  using PeerLock<E, CkPflockMutex>::PeerLock;
  static constexpr StrategyInfo kInfo = PeerLock<E, CkPflockMutex>::Info(
      "peer_ck_pflock", "ck_pflock: phase-fair, spins", /*sleeps=*/false);
};

template <class Env>
using PeerCkPflock = LockStrategy<PeerCkPflockLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_PFLOCK_PEER_CK_PFLOCK_H_

// peer_absl_mutex: absl::Mutex as the global lock, readers with ReaderLock().
//
// Origin: Abseil.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_ABSL_MUTEX_PEER_ABSL_MUTEX_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_ABSL_MUTEX_PEER_ABSL_MUTEX_H_

#include "absl/synchronization/mutex.h"
#include "knote/strategies/peer_lock.h"

namespace knote {

// With the names that peer_lock.h calls.
class AbslReaderWriterMutex {
 public:
  void lock_shared() { mutex_.ReaderLock(); }
  void unlock_shared() { mutex_.ReaderUnlock(); }
  void lock() { mutex_.WriterLock(); }
  void unlock() { mutex_.WriterUnlock(); }

 private:
  absl::Mutex mutex_;
};

template <class E>
class PeerAbslMutexLock : public PeerLock<E, AbslReaderWriterMutex> {
 public:
  using PeerLock<E, AbslReaderWriterMutex>::PeerLock;
  static constexpr StrategyInfo kInfo =
      PeerLock<E, AbslReaderWriterMutex>::Info(
          "peer_absl_mutex", "absl::Mutex, ReaderLock", /*sleeps=*/true);
};

template <class Env>
using PeerAbslMutex = LockStrategy<PeerAbslMutexLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_ABSL_MUTEX_PEER_ABSL_MUTEX_H_

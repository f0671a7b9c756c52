// peer_pthread_rwlock: glibc's pthread_rwlock_t as the global lock.
//
// Writer preference (PREFER_WRITER_NONRECURSIVE), to compare with `rwlock`.
// Origin: glibc nptl.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_

#include <pthread.h>

#include "knote/knote.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class PeerPthreadRwlock {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(PeerPthreadRwlock&) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "peer_pthread_rwlock",
      .scope = "global",
      .summary = "glibc's pthread_rwlock, writers preferred",
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers"};

  class Section {
   public:
    Section(PeerPthreadRwlock& strategy, ThreadState&, knote<Env>&, KnoteState&)
        : lock_(strategy.lock_) {
      pthread_rwlock_rdlock(&lock_);
    }
    ~Section() { pthread_rwlock_unlock(&lock_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    pthread_rwlock_t& lock_;
  };

  explicit PeerPthreadRwlock(int /*cpus*/) {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes,
                                  PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~PeerPthreadRwlock() { pthread_rwlock_destroy(&lock_); }
  PeerPthreadRwlock(const PeerPthreadRwlock&) = delete;
  PeerPthreadRwlock& operator=(const PeerPthreadRwlock&) = delete;

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    pthread_rwlock_wrlock(&lock_);
    fini.Waited();
    fini.NeuterAll(list);
    fini.Published();
    pthread_rwlock_unlock(&lock_);
    fini.Reclaimed();
  }

 private:
  alignas(64) pthread_rwlock_t lock_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_PTHREAD_RWLOCK_PEER_PTHREAD_RWLOCK_H_

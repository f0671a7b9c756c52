// peer_ck_brlock: Concurrency Kit's brlock as the global lock.
//
// Each thread announces itself in a record of its own, with a fence; a writer
// looks at all records, spinning. A thread that comes or goes takes the lock as
// a writer, and so waits for all readers and shuts them out. Origin:
// Concurrency Kit, S. Al Bahra.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_BRLOCK_PEER_CK_BRLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_BRLOCK_PEER_CK_BRLOCK_H_

#include <ck_brlock.h>

#include "knote/strategies/lock_strategy.h"

namespace knote {

template <class E>
class CkBrlockLock {
 public:
  using Env = E;
  using Hold = NoHold;

  // A registered reader, alone on its lines.
  struct alignas(128) Thread {
    explicit Thread(CkBrlockLock& owner) : lock(owner.lock_) {
      ck_brlock_read_register(&lock, &reader);
    }
    ~Thread() { ck_brlock_read_unregister(&lock, &reader); }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;
    ck_brlock_t& lock;
    ck_brlock_reader_t reader{};
  };

  static constexpr StrategyInfo kInfo{
      .name = "peer_ck_brlock",
      .scope = "global",
      .summary = "ck_brlock: a record per thread, the writer walks them",
      .group = Group::kPeer,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers",
      .bytes_per_thread = sizeof(Thread)};

  explicit CkBrlockLock(int /*cpus*/) { ck_brlock_init(&lock_); }

  NoHold EnterReader(Thread& thread) {
    ck_brlock_read_lock(&lock_, &thread.reader);
    return {};
  }
  void LeaveReader(Thread& thread, NoHold) {
    ck_brlock_read_unlock(&thread.reader);
  }
  uint64_t EnterWriter() {
    ck_brlock_write_lock(&lock_);
    return 0;
  }
  void LeaveWriter() { ck_brlock_write_unlock(&lock_); }

 private:
  alignas(128) ck_brlock_t lock_;
};

template <class Env>
using PeerCkBrlock = LockStrategy<CkBrlockLock<Env>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_BRLOCK_PEER_CK_BRLOCK_H_

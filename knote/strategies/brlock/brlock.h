// brlock: the big-reader lock: a reader/writer lock per CPU.
//
// Reader: takes its CPU's lock for reading, and gives back that same lock,
// wherever it is by then. Writer: takes the locks of all CPUs for writing, in
// their order.
// Origin: Linux's brlock of 2.4 (Ingo Molnar, David Miller), whose per-CPU
// locks were rwlocks as here; lglock, its successor, had spinlocks. There
// preemption was off inside; here it cannot be, so a lock is a krwlock that a
// reader may sleep with, and two readers of one CPU share it.
//
// Reader cost: one compare-exchange in, one out, on the CPU's own line, and
// the look at the CPU number. Writer cost: one lock per CPU, each waiting for
// its readers, one after the other. 128 bytes per CPU.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  L1  (krwlock.h) of the one lock that a reader holds; a writer holds them
//      all, so it is alone (see lock_strategy.h). Writers take them in the
//      same order, so two of them do not wait for each other.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_

#include <memory>

#include "knote/locks/krwlock.h"
#include "knote/strategies/lock_strategy.h"

namespace knote {

template <class E>
class BigReaderLock {
 public:
  using Env = E;

  // Aligned so that CPUs share neither a line nor a prefetched pair.
  struct alignas(128) CpuLock : Env::Object {
    krwlock<Env> lock;
  };
  using Thread = typename Env::PercpuThread;
  using Hold = CpuLock*;

  static constexpr StrategyInfo kInfo{
      .name = "brlock",
      .scope = "global",
      .summary = "a lock per CPU: readers take one, the writer all",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "the readers of each CPU's lock, in turn",
      .needs_percpu = true,
      .bytes_per_cpu = sizeof(CpuLock)};

  explicit BigReaderLock(int cpus)
      : cpus_(static_cast<size_t>(cpus)),
        locks_(std::make_unique<CpuLock[]>(cpus_)) {}

  [[gnu::always_inline]] CpuLock* EnterReader(Thread& thread) {
    CpuLock* mine = &locks_[static_cast<size_t>(thread.Cpu())];
    if (const rw_wait waited = mine->lock.template rw_enter<RW_READER>())
        [[unlikely]]
      ReportReaderBlocked(waited, kInfo.name.data());
    return mine;
  }
  [[gnu::always_inline]] void LeaveReader(Thread&, CpuLock* mine) {
    mine->lock.template rw_exit<RW_READER>();
  }

  uint64_t EnterWriter() {
    uint64_t waited = 0;
    for (size_t cpu = 0; cpu < cpus_; ++cpu)
      waited += locks_[cpu].lock.template rw_enter<RW_WRITER>();
    return waited;
  }
  void LeaveWriter() {
    for (size_t cpu = cpus_; cpu-- > 0;)
      locks_[cpu].lock.template rw_exit<RW_WRITER>();
  }

 private:
  const size_t cpus_;
  const std::unique_ptr<CpuLock[]> locks_;
};

template <class Env, Scope kScope = Scope::kGlobal>
using Brlock = LockStrategy<BigReaderLock<Env>, kScope>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_

// localcount: a reference count per klist, kept per CPU.
//
// Reader: unless the klist is being drained, adds 1 to its CPU's `entered`;
// later 1 to `left` on whatever CPU it is then. Writer: stores the stubs,
// raises `draining`, makes every thread pass a barrier, and waits until the
// sums agree.
// Origin: NetBSD's localcount(9). Its drain broadcasts a cross-call in which
// each CPU adds its count to a total; here the cross-call is a membarrier and
// the writer sums itself. Its caller must keep acquirers out before a drain;
// here they see `draining`, or the stubs in place of the driver's filterops.
//
// Reader cost: two loads and two restartable adds, about 2 ns. Writer cost: a
// membarrier (about 1 us), a sum over all CPUs, and the readers of this klist.
// Memory: 8 bytes per CPU and object in NetBSD; here 128, because the counters
// of different CPUs must not share a line and there is no per-CPU memory that
// objects could be packed into.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  C3  Enter's add; LightFence; load of kn_fop  <->  stores of stubs;
//      HeavyFence; sums: a reader that gets the driver's filterops is in them.
//  C4  the stubs are stored before draining_ is set with release; a reader that
//      acquires it gets the stubs and need not be counted.
//  C5  what a section did happened before the writer goes on: N1 and N2 of
//      percpu_count.h; the last reader wakes the writer or is in the sums: N3,
//      with draining_ as the flag.
// The traversal hazard: see grace_strategy.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_LOCALCOUNT_LOCALCOUNT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_LOCALCOUNT_LOCALCOUNT_H_

#include "knote/strategies/grace_strategy.h"
#include "knote/strategies/percpu_count.h"

namespace knote {

// Drained once.
template <class E>
class KlistLocalcount {
 public:
  using Env = E;
  using Thread = typename Env::PercpuThread;
  using Hold = bool;  // whether it was counted

  static constexpr StrategyInfo kInfo{
      .name = "localcount",
      .scope = "klist",
      .summary = "per-CPU counts for each klist, drained by a broadcast",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .plain_reader = true,
      .grace_period = true,
      .writer_waits_for = "readers of the klist",
      .needs_heavy_fence = true,
      .needs_percpu = true,
      .bytes_per_cpu = sizeof(typename Env::PercpuPair)};

  explicit KlistLocalcount(int cpus) : inside_(cpus) {}

  [[gnu::always_inline]] bool Enter(Thread& thread) {
    if (draining_.load(std::memory_order_acquire) != 0) [[unlikely]]  // C4
      return false;
    inside_.Enter(thread);
    Env::LightFence();  // C3
    return true;
  }
  [[gnu::always_inline]] void Leave(Thread& thread, bool counted) {
    if (!counted) [[unlikely]]
      return;
    inside_.Leave(thread);                                            // C5
    Env::LightFence();                                                // C5
    if (draining_.load(std::memory_order_relaxed) != 0) [[unlikely]]  // C5
      inside_.Wake();
  }

  uint64_t Drain() {
    draining_.store(1, std::memory_order_release);  // C4
    Env::HeavyFence();                              // C3 C5
    return inside_.WaitUntilEmpty();
  }

 private:
  PercpuCount<Env> inside_;
  alignas(128) typename Env::template Atomic<uint32_t> draining_{0};
};

template <class Env>
using Localcount = GraceStrategy<KlistLocalcount<Env>, Scope::kKlist>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_LOCALCOUNT_LOCALCOUNT_H_

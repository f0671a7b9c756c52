// brlock: the big-reader lock: readers count on their own CPU, by the one
// atomic instruction that is also their fence.
//
// Reader: adds 1 to its CPU's `entered` with an atomic read-modify-write, looks
// at the writer's flag, and later adds 1 to `left` on whatever CPU it is then.
// Writer: raises the flag by an exchange and waits until the sums agree; new
// readers wait meanwhile, and sleep if it takes long.
// Origin: Linux's brlock of 2.4 (Ingo Molnar, David Miller), in the form
// without a lock per CPU: there a reader adds to its CPU's counter with
// preemption off, passes a barrier and looks at the writer. Here a thread may
// move between reading the CPU number and adding, so the add is atomic, which
// on x86 is the barrier as well; and since it may sleep inside and leave
// elsewhere, the counter is a pair. The other form, a rwlock per CPU, costs two
// atomic instructions. percpu_rwlock is what became of it once a writer could
// make readers pass the barrier.
//
// Reader cost: one atomic read-modify-write on the CPU's own line, one
// restartable add, two loads: about 6 ns. Writer cost: all readers of the lock,
// and a membarrier only if it has to sleep. 128 bytes per CPU.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  P1 to P4 of percpu_rwlock.h, but for the fences. P1 is Enter's add, load of
//  writer_  <->  store of writer_, sum of `entered`, all seq_cst: the add comes
//  first and is in the sum, or the store does and is seen. The HeavyFence of P3
//  stands before the writer's first sleep: until then it looks again by itself.
// The traversal hazard cannot arise (see lock_strategy.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_

#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

namespace knote {

// How a reader comes in: with a fence, so that the writer needs no membarrier.
template <class E>
struct AtomicEntry {
  using Env = E;
  using Count = PercpuCount<Env, std::memory_order_seq_cst>;  // P1
  using Flag = typename Env::template Atomic<uint32_t>;
  static constexpr StrategyInfo Describe(StrategyInfo info) {
    info.name = "brlock";
    info.summary = "readers count on their CPU atomically, the writer sums";
    return info;
  }
  [[gnu::always_inline]] static bool Enter(Count& inside, const Flag& writer,
                                           typename Env::PercpuThread& thread) {
    inside.EnterAtomic(thread);                          // P1
    return writer.load(std::memory_order_seq_cst) == 0;  // P1 P4
  }
  static void ShutOut(Flag& writer) {
    writer.store(1, std::memory_order_seq_cst);  // P1
  }
  static void BeforeSleep() { Env::HeavyFence(); }  // P3
};

template <class Env>
using Brlock = LockStrategy<PercpuFilteropsRwlock<Env, AtomicEntry<Env>>>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BRLOCK_BRLOCK_H_

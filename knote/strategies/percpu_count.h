// How many readers are inside, counted per CPU without locked instructions.
//
// A reader adds 1 to its CPU's `entered` and later 1 to the `left` of whatever
// CPU it is then on. Whoever wants to know sums. Origin: the pair of counters
// of Linux's SRCU; a single one per CPU (percpu_rw_semaphore, localcount(9))
// can be misread by a sum that a migrating reader passes.
//
// A waiter raises a flag of its strategy's, passes a fence, and waits until the
// sums agree: it spins a little, unless it has preempted a reader itself, then
// sleeps. A reader that leaves passes the fence's other half, looks at
// the flag, and calls Wake().
//
// Ordering (the numbers of the strategies that use it refer to these)
//  N1  left's add is ordered after the section (x86 keeps store order; the asm
//      is a compiler barrier; Released/Acquired tell TSan) and acquired by the
//      sum.
//  N2  `left` is summed before `entered`. Whoever is in the first sum was in
//      `entered` before, so equal sums mean that nobody who entered before the
//      fence is inside; readers that come and go meanwhile can only make the
//      sums differ, never agree too early.
//  N3  left's add; fence; load of the flag  <->  store of the flag; fence;
//      sums; sleep: the last reader wakes the waiter or is in the sums.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PERCPU_COUNT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PERCPU_COUNT_H_

#include <atomic>
#include <climits>
#include <cstdint>
#include <memory>

namespace knote {

// `kLook` is how the sums load `entered`.
template <class Env, std::memory_order kLook = std::memory_order_acquire>  // N2
class PercpuCount {
 public:
  using PercpuPair = typename Env::PercpuPair;
  using PercpuThread = typename Env::PercpuThread;

  explicit PercpuCount(int cpus)
      : cpus_(cpus),
        pairs_(std::make_unique<PercpuPair[]>(static_cast<size_t>(cpus))) {}

  [[gnu::always_inline]] void Enter(PercpuThread& thread) {
    thread.Enter(pairs_.get());
  }
  // The same by an atomic read-modify-write, which comes before whatever the
  // caller then loads with seq_cst, and before sums that do so too (kLook). A
  // strategy enters in one way only.
  [[gnu::always_inline]] void EnterAtomic(PercpuThread& thread) {
    PairOf(thread.Cpu()).entered.fetch_add(1, std::memory_order_seq_cst);  // N2
  }
  // False, and nothing is counted, if `flag` is set (see EnterUnless there).
  [[gnu::always_inline]] bool EnterUnless(
      const typename Env::template Atomic<uint32_t>& flag,
      PercpuThread& thread) {
    return thread.EnterUnless(flag, pairs_.get());
  }
  [[gnu::always_inline]] void Leave(PercpuThread& thread) {
    Env::Released(pairs_.get());  // N1
    thread.Leave(pairs_.get());
  }

  // The caller has left, passed its fence, and seen the flag.
  [[gnu::noinline]] void Wake() {
    departures_.fetch_add(1, std::memory_order_release);  // N3
    Env::FutexWake(departures_, INT_MAX);
  }

  uint64_t WaitUntilEmpty() {
    return WaitUntilEmpty([] {});
  }
  // Returns once nobody is inside. The flag is set and the fence passed, which
  // may be left to `before_sleep()` as far as N3 needs it. Returns the ns
  // waited, 0 if there was nobody.
  template <class BeforeSleep>
  uint64_t WaitUntilEmpty(BeforeSleep&& before_sleep) {
    uint64_t waited = 0;
    if (!Empty()) {  // N2
      const uint64_t begin = Env::Now();
      if (HasPreemptedReader() || !SpinUntilEmpty()) {
        before_sleep();  // N3
        SleepUntilEmpty();
      }
      waited = Env::Now() - begin + 1;
      for (int cpu = 0; cpu < cpus_; ++cpu) PairOf(cpu).NobodyIsInside();
    }
    Env::Acquired(pairs_.get());  // N1
    return waited;
  }

 private:
  PercpuPair& PairOf(int cpu) const { return pairs_[static_cast<size_t>(cpu)]; }

  // Whether a reader goes on only once the caller sleeps.
  bool HasPreemptedReader() const {
    return PairOf(PercpuThread().Cpu()).SomebodyIsInside();
  }

  bool SpinUntilEmpty() const {
    for (int i = 0; i < Env::kSpinTurns; ++i) {
      Env::Pause();
      if (Empty()) return true;  // N2
    }
    return false;
  }

  void SleepUntilEmpty() {
    for (;;) {
      const uint32_t seen = departures_.load(std::memory_order_acquire);  // N3
      if (Empty()) return;                                                // N2
      Env::FutexWait(departures_, seen);  // N3: nobody left since `seen`
    }
  }

  bool Empty() const {
    const uint64_t left = LeftOnAll();  // N2: first
    return left == EnteredOnAll();
  }

  uint64_t LeftOnAll() const {
    uint64_t left = 0;
    for (int cpu = 0; cpu < cpus_; ++cpu)
      left += PairOf(cpu).left.load(std::memory_order_acquire);  // N1 N2
    return left;
  }

  uint64_t EnteredOnAll() const {
    uint64_t entered = 0;
    for (int cpu = 0; cpu < cpus_; ++cpu)
      entered += PairOf(cpu).entered.load(kLook);  // N2
    return entered;
  }

  const int cpus_;
  std::unique_ptr<PercpuPair[]> pairs_;
  // Counts readers that left under the flag; waiters sleep on it.
  alignas(128) typename Env::template Atomic<uint32_t> departures_{0};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PERCPU_COUNT_H_

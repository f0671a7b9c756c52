// percpu_rwlock: a reader/writer lock whose readers count on their own CPU.
//
// Reader: adds 1 to its CPU's `entered`, looks at the writer's flag, and later
// adds 1 to `left` on whatever CPU it is then. No atomic read-modify-write, no
// fence, no shared line that anybody writes. Writer: raises the flag, makes
// every CPU pass a barrier (membarrier), and waits until the sums agree; new
// readers sleep meanwhile.
// Origin: Linux's percpu_rw_semaphore and FreeBSD's rms lock, with the two
// counters of SRCU instead of disabled preemption, which userspace lacks.
//
// Reader cost: two restartable adds and one load, about 2 ns. Writer cost: a
// membarrier (about 1 us) and all readers in the system. 128 bytes per CPU.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  P1  Enter's add; LightFence; load of writer_  <->  store of writer_;
//      HeavyFence; sums: a reader that misses the flag is in the sums.
//  P2  Leave's add is ordered after the section (x86 keeps store order; the
//      asm is a compiler barrier); the writer acquires `left` (Released/
//      Acquired tell TSan).
//  P3  The writer sums `left` before `entered`. Whoever is in the first sum
//      was in `entered` before, so equal sums mean that no reader is inside;
//      a reader that came, saw the flag and left again can only make the sums
//      differ, never agree too early.
//  P4  Leave's add; LightFence; load of writer_  <->  store of writer_;
//      HeavyFence; sums; sleep: the last reader wakes the writer or is seen.
//  P5  the writer's release store of writer_ = 0 is acquired by Enter.
//  P6  left_ is advanced with release after `left`, and read with acquire
//      before the sums: no wake-up falls between the look and the sleep.
// The traversal hazard cannot arise: klist_fini() walks with readers shut out.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_

#include <climits>
#include <memory>

#include "knote/knote.h"
#include "knote/strategy.h"
#include "probes/usdt/usdt.h"

namespace knote {

template <class E>
class PercpuRwlock {
 public:
  using Env = E;
  using PercpuPair = typename Env::PercpuPair;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(PercpuRwlock& strategy)
        : pairs(strategy.pairs_.get()) {}
    typename Env::PercpuThread percpu;
    PercpuPair* pairs;
  };

  static constexpr StrategyInfo kInfo{
      .name = "percpu_rwlock",
      .scope = "global",
      .summary = "readers count on their CPU, the writer sums and shuts out",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers",
      .needs_heavy_fence = true,
      .needs_percpu = true,
      .bytes_per_cpu = sizeof(PercpuPair)};

  class Section {
   public:
    [[gnu::always_inline]] Section(PercpuRwlock& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : strategy_(strategy), thread_(thread) {
      thread.percpu.Enter(thread.pairs);
      Env::LightFence();                                          // P1
      if (strategy.writer_.load(std::memory_order_acquire) != 0)  // P1 P5
          [[unlikely]]
        strategy.EnterSlow(thread);
    }
    [[gnu::always_inline]] ~Section() { strategy_.Leave(thread_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    PercpuRwlock& strategy_;
    ThreadState& thread_;
  };

  explicit PercpuRwlock(int cpus)
      : cpus_(cpus),
        pairs_(std::make_unique<PercpuPair[]>(static_cast<size_t>(cpus))) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    writers_.mutex_enter();
    writer_.store(1, std::memory_order_relaxed);
    Env::HeavyFence();  // P1 P4
    const uint64_t waited = WaitForReaders();
    fini.Waited(waited);
    fini.NeuterAll(list);
    fini.Published();
    writer_.store(0, std::memory_order_release);  // P5
    Env::FutexWake(writer_, INT_MAX);
    writers_.mutex_exit();
    fini.Reclaimed();
  }

 private:
  // A few us: a reader section is shorter.
  static constexpr int kSpins = Env::SpinTurns(2000);

  [[gnu::always_inline]] void Leave(ThreadState& thread) {
    Env::Released(pairs_.get());  // P2
    thread.percpu.Leave(thread.pairs);
    Env::LightFence();                                              // P4
    if (writer_.load(std::memory_order_relaxed) != 0) [[unlikely]]  // P4
      WakeWriter();
  }

  // A writer is there: leave, let it finish, try again.
  [[gnu::noinline]] void EnterSlow(ThreadState& thread) {
    const uint64_t begin = Env::Now();
    for (;;) {
      Leave(thread);
      while (writer_.load(std::memory_order_relaxed) != 0)
        Env::FutexWait(writer_, 1);
      thread.percpu.Enter(thread.pairs);
      Env::LightFence();                                        // P1
      if (writer_.load(std::memory_order_acquire) == 0) break;  // P1 P5
    }
    if (knotestat::usdt::ReaderBlockedWatched())
      knotestat::usdt::FireReaderBlocked(Env::Now() - begin, kInfo.name.data());
  }

  [[gnu::noinline]] void WakeWriter() {
    left_.fetch_add(1, std::memory_order_release);  // P6
    Env::FutexWake(left_, 1);
  }

  bool ReadersInside() const {
    uint64_t left = 0, entered = 0;
    for (int cpu = 0; cpu < cpus_; ++cpu)
      left += pairs_[static_cast<size_t>(cpu)].left.load(
          std::memory_order_acquire);  // P2 P3
    for (int cpu = 0; cpu < cpus_; ++cpu)
      entered += pairs_[static_cast<size_t>(cpu)].entered.load(
          std::memory_order_acquire);  // P1 P3
    return left != entered;
  }

  // Returns the ns waited, 0 if there was nobody.
  uint64_t WaitForReaders() {
    uint64_t begin = 0;
    for (int spins = 0;; ++spins) {
      const uint32_t seen = left_.load(std::memory_order_acquire);  // P6
      if (!ReadersInside()) break;
      if (begin == 0) begin = Env::Now();
      if (spins < kSpins) {
        Env::Pause();
      } else {
        Env::FutexWait(left_, seen);  // P4: nobody left since `seen`
      }
    }
    Env::Acquired(pairs_.get());  // P2
    return begin == 0 ? 0 : Env::Now() - begin + 1;
  }

  const int cpus_;
  std::unique_ptr<PercpuPair[]> pairs_;
  // Read by every reader, written only by writers.
  alignas(128) typename Env::template Atomic<uint32_t> writer_{0};
  // Counts readers that left under a writer; the writer sleeps on it.
  alignas(128) typename Env::template Atomic<uint32_t> left_{0};
  kmutex<Env> writers_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_

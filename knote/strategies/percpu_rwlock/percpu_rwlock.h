// percpu_rwlock: a reader/writer lock whose readers count on their own CPU.
//
// Reader: adds 1 to its CPU's `entered`, looks at the writer's flag, and later
// adds 1 to `left` on whatever CPU it is then. No atomic read-modify-write, no
// fence, no shared line that anybody writes. Writer: raises the flag, makes
// every CPU pass a barrier (membarrier), and waits until the sums agree; new
// readers wait meanwhile, and sleep if it takes long.
// Origin: Linux's percpu_rw_semaphore and FreeBSD's rms lock, with the two
// counters of SRCU instead of disabled preemption, which userspace lacks.
//
// Reader cost: two restartable adds and one load, about 2 ns. Writer cost: a
// membarrier (about 1 us) and all readers of the lock. 128 bytes per CPU.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  P1  Enter's add; LightFence; load of writer_  <->  store of writer_;
//      HeavyFence; sums: a reader that misses the flag is in the sums.
//  P2  what a section did happened before the writer goes on: N1 and N2 of
//      percpu_count.h.
//  P3  Leave's add; LightFence; load of writer_  <->  store of writer_;
//      HeavyFence; sums; sleep: N3.
//  P4  the writer's release of writer_ is acquired by Enter.
//  P5  a reader sleeps on kReadersSleep only, which it wrote or saw, and the
//      writer takes that off by an exchange: one that sees it wakes them all.
// The traversal hazard cannot arise (see lock_strategy.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_

#include "knote/strategies/lock_strategy.h"
#include "knote/strategies/percpu_count.h"

namespace knote {

// How a reader comes in: its fence is the light half of the writer's.
template <class E>
struct PlainEntry {
  using Env = E;
  using Count = PercpuCount<Env>;
  using Flag = typename Env::template Atomic<uint32_t>;
  static constexpr StrategyInfo Describe(StrategyInfo info) {
    info.name = "percpu_rwlock";
    info.summary = "readers count on their CPU, the writer sums and shuts out";
    info.headline = true;
    info.plain_reader = true;
    return info;
  }
  // Counts the reader; false if the writer's flag is up.
  [[gnu::always_inline]] static bool Enter(Count& inside, const Flag& writer,
                                           typename Env::PercpuThread& thread) {
    inside.Enter(thread);
    Env::LightFence();                                   // P1
    return writer.load(std::memory_order_acquire) == 0;  // P1 P4
  }
  // Raises the writer's flag.
  static void ShutOut(Flag& writer) {
    writer.store(1, std::memory_order_relaxed);
    Env::HeavyFence();  // P1 P3
  }
  static void BeforeSleep() {}
};

// `Entry` is PlainEntry, or has what that has.
template <class E, class Entry = PlainEntry<E>>
class PercpuFilteropsRwlock {
 public:
  using Env = E;
  using Thread = typename Env::PercpuThread;
  using Hold = NoHold;

  static constexpr StrategyInfo kInfo =
      Entry::Describe({.name = "",
                       .scope = "global",
                       .summary = "",
                       .reader_may_block = true,
                       .reader_may_migrate = true,
                       .covers_submit = true,
                       .writer_waits_for = "all readers",
                       .needs_heavy_fence = true,
                       .needs_percpu = true,
                       .bytes_per_cpu = sizeof(typename Env::PercpuPair)});

  explicit PercpuFilteropsRwlock(int cpus) : inside_(cpus) {}

  [[gnu::always_inline]] NoHold EnterReader(Thread& thread) {
    if (!Entry::Enter(inside_, writer_, thread)) [[unlikely]]  // P1 P4
      EnterSlow(thread);
    return {};
  }
  [[gnu::always_inline]] void LeaveReader(Thread& thread, NoHold) {
    inside_.Leave(thread);                                          // P2
    Env::LightFence();                                              // P3
    if (writer_.load(std::memory_order_relaxed) != 0) [[unlikely]]  // P3
      inside_.Wake();
  }

  uint64_t EnterWriter() {
    const uint64_t waited = writers_.mutex_enter();
    Entry::ShutOut(writer_);  // P1 P3
    return waited + inside_.WaitUntilEmpty(Entry::BeforeSleep);
  }
  void LeaveWriter() {
    if (writer_.exchange(0, std::memory_order_release) ==  // P4 P5
        kReadersSleep)
      Env::FutexWake(writer_, INT_MAX);
    writers_.mutex_exit();
  }

 private:
  // A writer is there: leave, let it finish, try again.
  [[gnu::noinline]] void EnterSlow(Thread& thread) {
    const uint64_t begin = Env::Now();
    do {
      LeaveReader(thread, {});
      AwaitWriter();
    } while (!Entry::Enter(inside_, writer_, thread));  // P1 P4
    ReportReaderBlocked(Env::Now() - begin, kInfo.name.data());
  }

 protected:
  // What the flag may be besides 0 and the 1 of Entry::ShutOut().
  static constexpr uint32_t kReadersSleep = 2;

  // Returns once no writer is there. One whose readers leave soon is gone
  // before a thread could be put to sleep, and then need not wake it.
  void AwaitWriter() {
    uint32_t flag = writer_.load(std::memory_order_relaxed);
    for (int spins = 0; flag != 0; ++spins) {
      if (spins < Env::kSpinTurns) {
        Env::Pause();
      } else if (flag == kReadersSleep ||
                 writer_.compare_exchange_strong(
                     flag, kReadersSleep, std::memory_order_relaxed)) {  // P5
        Env::FutexWait(writer_, kReadersSleep);
      }
      flag = writer_.load(std::memory_order_relaxed);
    }
  }

  typename Entry::Count inside_;
  // Read by every reader, written by writers, and by readers that go to sleep.
  alignas(128) typename Env::template Atomic<uint32_t> writer_{0};
  kmutex<Env> writers_;
};

template <class Env, Scope kScope = Scope::kGlobal>
using PercpuRwlock = LockStrategy<PercpuFilteropsRwlock<Env>, kScope>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PERCPU_RWLOCK_PERCPU_RWLOCK_H_

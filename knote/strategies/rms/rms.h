// rms: FreeBSD's read-mostly sleepable lock.
//
// Reader: unless a writer is there, adds 1 to its CPU's count, both in one
// restartable sequence; later adds 1 to the count of those that left. Writer:
// announces itself, restarts every sequence in progress (membarrier), after
// which no reader enters, and waits until nobody is inside. A writer that
// finds another one waiting hands over without letting readers in.
// Origin: FreeBSD's sys/kern/kern_rmlock.c (rms_*), meant for "guarding
// against unloading a kernel module". There the reader disables preemption and
// marks itself in flux, and the writer's cross-call waits for the mark to go;
// here the kernel restarts the sequence instead, so that there is no mark to
// set and clear. Its one count per CPU is two here (percpu_count.h).
//
// Reader cost: two restartable sequences, one compare more than
// percpu_rwlock's adds but no way back out, about 2 ns. Writer cost: a
// membarrier (about 1 us) and all readers. 128 bytes per CPU.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
// Writers that keep coming keep readers out, as in FreeBSD.
//
// Ordering
//  R1  [load of writers_; add]; LightFence  <->  store of writers_;
//      RestartFence; sums: a sequence that saw no writer has either added
//      before the fence, and is in the sums, or is restarted and sees the
//      writer.
//  R2  what a section did happened before the writer goes on: N1 and N2 of
//      percpu_count.h.
//  R3  Leave's add; LightFence; load of writers_  <->  store of writers_;
//      RestartFence; sums; sleep: N3 of percpu_count.h.
//  R4  the last writer's release of writers_ = 0 is seen by the sequence (x86
//      loads acquire; Released/Acquired tell TSan).
//  R5  a reader sleeps only while writers_ has kReadersSleep, which stays until
//      the last writer takes it off and wakes them all. If another writer has
//      come before he could, that is left to it.
// The traversal hazard cannot arise (see lock_strategy.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_RMS_RMS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_RMS_RMS_H_

#include "knote/strategies/lock_strategy.h"
#include "knote/strategies/percpu_count.h"

namespace knote {

template <class E>
class ReadMostlySleepableLock {
 public:
  using Env = E;
  using Thread = typename Env::PercpuThread;
  using Hold = NoHold;

  static constexpr StrategyInfo kInfo{
      .name = "rms",
      .scope = "global",
      .summary = "FreeBSD's read-mostly sleepable lock, on restartable counts",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .plain_reader = true,
      .writer_waits_for = "all readers",
      .needs_restart_fence = true,
      .needs_percpu = true,
      .bytes_per_cpu = sizeof(typename Env::PercpuPair)};

  explicit ReadMostlySleepableLock(int cpus) : inside_(cpus) {}

  [[gnu::always_inline]] NoHold EnterReader(Thread& thread) {
    if (!inside_.EnterUnless(writers_, thread)) [[unlikely]]  // R1
      EnterSlow(thread);
    Env::LightFence();         // R1
    Env::Acquired(&writers_);  // R4
    return {};
  }
  [[gnu::always_inline]] void LeaveReader(Thread& thread, NoHold) {
    inside_.Leave(thread);                                           // R2
    Env::LightFence();                                               // R3
    if (writers_.load(std::memory_order_relaxed) != 0) [[unlikely]]  // R3
      inside_.Wake();
  }

  uint64_t EnterWriter() {
    writers_.fetch_add(1, std::memory_order_relaxed);
    const uint64_t waited = mutex_.mutex_enter();
    if (handed_over_) return waited;
    Env::RestartFence();  // R1 R3
    return waited + inside_.WaitUntilEmpty();
  }
  void LeaveWriter() {
    // Only who has the mutex takes off from writers_: if there is another now,
    // it is still there afterwards, and readers have been out all the time.
    handed_over_ =
        (writers_.load(std::memory_order_relaxed) & ~kReadersSleep) > 1;
    Env::Released(&writers_);                                              // R4
    uint32_t left = writers_.fetch_sub(1, std::memory_order_release) - 1;  // R4
    if (left == kReadersSleep &&
        writers_.compare_exchange_strong(left, 0,
                                         std::memory_order_relaxed))  // R5
      Env::FutexWake(writers_, INT_MAX);
    mutex_.mutex_exit();
  }

 private:
  static constexpr uint32_t kReadersSleep = 1u << 31;

  [[gnu::noinline]] void EnterSlow(Thread& thread) {
    const uint64_t begin = Env::Now();
    do {
      AwaitWriters();
    } while (!inside_.EnterUnless(writers_, thread));  // R1
    ReportReaderBlocked(Env::Now() - begin, kInfo.name.data());
  }

  // Returns once no writer is there. One whose readers leave soon is gone
  // before a thread could be put to sleep, and then need not wake it.
  void AwaitWriters() {
    uint32_t writers = writers_.load(std::memory_order_relaxed);
    for (int spins = 0; writers != 0; ++spins) {
      if (spins < Env::kSpinTurns) {
        Env::Pause();
      } else if ((writers & kReadersSleep) != 0 ||
                 writers_.compare_exchange_strong(
                     writers, writers | kReadersSleep,
                     std::memory_order_relaxed)) {  // R5
        Env::FutexWait(writers_, writers | kReadersSleep);
      }
      writers = writers_.load(std::memory_order_relaxed);
    }
  }

  PercpuCount<Env> inside_;
  // Writers that wait or are inside, and kReadersSleep. Read by every reader.
  alignas(128) typename Env::template Atomic<uint32_t> writers_{0};
  bool handed_over_ = false;  // under mutex_: readers are out already
  kmutex<Env> mutex_;
};

template <class Env, Scope kScope = Scope::kGlobal>
using Rms = LockStrategy<ReadMostlySleepableLock<Env>, kScope>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_RMS_RMS_H_

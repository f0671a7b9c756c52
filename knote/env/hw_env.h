// HwEnv: the environment that maps a strategy to the real machine.
//
// A strategy is a class template over an environment and reaches its machine
// through nothing else, so that the same source also runs where every step is
// scheduled by a checker. An environment provides what HwEnv provides here.
// HwEnv itself compiles to what one would write by hand.
//
// Asymmetric fences. LightFence() only stops the compiler; HeavyFence() makes
// every running thread of the process pass a full memory barrier
// (membarrier(2), PRIVATE_EXPEDITED). A store before a LightFence and a load
// after it can therefore not both miss a store before / load after a
// HeavyFence in another thread: the store-load pair of Dekker's algorithm, all
// of whose cost is on the heavy side.
//
// ThreadSanitizer sees release/acquire pairs but no fences. That is enough for
// the strategies here: what keeps freed memory safe is always "reader leaves
// with a release store (or Released()), writer sees it with an acquire load".
// The store-load half is real (membarrier runs in TSan builds too), yet TSan
// does not check it; the oracle's stress tests do.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_HW_ENV_H_
#define KNOTESTAT_KNOTE_ENV_HW_ENV_H_

#include <atomic>
#include <cstdint>
#include <ctime>
#include <new>
#include <optional>
#include <string>

#include "knote/env/last_cpu.h"
#include "knote/env/rseq.h"
#include "knote/env/system_call.h"
#include "knote/env/thread_sanitizer.h"

namespace knote {

struct HwEnv {
  template <class T>
  using Atomic = std::atomic<T>;

  // Its threads are the machine's: see invariants.h.
  static constexpr bool kThreadLocals = true;

  // Base of what is allocated with new, so that an environment can follow
  // its life.
  struct Object {};

  // Of what is allocated on cache lines of its own, although it is not so
  // large: threads that write into neighbours would share one. Of knotes that
  // are packed, a scan takes 30 to 90 ns longer as soon as a second CPU scans.
  // In pairs, because CPUs fetch the other line of a pair as well: with knotes
  // on single lines that was 0 to 70 ns, as luck would have it.
  struct LineObject : Object {
    static constexpr size_t kLine = 128;
    static void* operator new(size_t bytes) {
      return ::operator new ((bytes + kLine - 1) / kLine * kLine,
                             std::align_val_t{kLine});
    }
    static void operator delete(void* object) {
      ::operator delete (object, std::align_val_t{kLine});
    }
  };

  // How often whoever waits looks, with a Pause() each time, before it sleeps:
  // as long as a sleep and a wake take, some 5 us. Without knowing how long the
  // wait will be, nobody can promise better than twice the best by any other
  // figure (Karlin et al., SOSP 1991), and what the waiter itself has preempted
  // only goes on once it sleeps. A checker looks once, and takes smaller
  // tables, so that the far side of each is reached.
  static constexpr int kSpinTurns = 200;
  static constexpr unsigned Capacity(unsigned entries) { return entries; }

  // Orders the caller's accesses for the compiler; pairs with HeavyFence().
  [[gnu::always_inline]] static void LightFence() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }

  // A full barrier on every running thread of this process. 0.4 to 1 us.
  static void HeavyFence();

  // Restarts every restartable sequence that a thread of this process is in
  // (see PercpuThread::EnterUnless), and is a HeavyFence(). About 1 us.
  static void RestartFence();

  // A full barrier on this CPU: the store-load order that a LightFence() does
  // not give by itself. 3 to 20 ns.
  [[gnu::always_inline]] static void FullFence() {
#if defined(__x86_64__)
    // Cheaper than mfence, and orders ordinary memory as well. Above the red
    // zone's end, so that nothing of it is touched.
    asm volatile("lock; orl $0, (%%rsp)" ::: "memory", "cc");
#else
    __sync_synchronize();
#endif
  }

  // Sleeps while `word` is `expected`, at most `timeout_ns`. Returns at once
  // if it differs; may return spuriously.
  [[gnu::always_inline]] static void FutexWait(
      Atomic<uint32_t>& word, uint32_t expected,
      std::optional<uint64_t> timeout_ns = std::nullopt) {
    timespec limit{};
    if (timeout_ns) {
      limit.tv_sec = static_cast<time_t>(*timeout_ns / 1'000'000'000);
      limit.tv_nsec = static_cast<long>(*timeout_ns % 1'000'000'000);
    }
    SystemCall(kFutex, &word, kFutexWaitPrivate, expected,
               timeout_ns ? &limit : nullptr);
  }

  // Wakes at most `count` sleepers of `word`.
  [[gnu::always_inline]] static void FutexWake(Atomic<uint32_t>& word,
                                               int count) {
    SystemCall(kFutex, &word, kFutexWakePrivate, count, nullptr);
  }

  // Sleeps for `ns`.
  [[gnu::always_inline]] static void Sleep(uint64_t ns) {
    timespec span{static_cast<time_t>(ns / 1'000'000'000),
                  static_cast<long>(ns % 1'000'000'000)};
    SystemCall(kNanosleep, &span, nullptr, nullptr, nullptr);
  }

  // One turn of a spin loop.
  [[gnu::always_inline]] static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
  }

  // Lets another thread of this CPU run.
  static void Yield();

  // CLOCK_MONOTONIC in ns.
  static uint64_t Now();

  // Timestamp counter. Earlier instructions have finished when it is read and
  // later ones have not begun.
  [[gnu::always_inline]] static uint64_t Cycles() {
#if defined(__x86_64__)
    uint32_t low, high;
    asm volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high)::"memory");
    return (static_cast<uint64_t>(high) << 32) | low;
#else
    return Now();
#endif
  }

  // Identifies the calling thread; the low four bits are 0, never 0 itself.
  static uintptr_t ThreadId();

  // Above every CPU number that a thread can ever run on: by one, or where
  // the kernel's list of CPUs cannot be read, by as many as its masks have
  // bits.
  static int CpuLimit();

  // Per-thread access to per-CPU counters; see knote/env/rseq.h.
  using PercpuThread = RseqThread;
  using PercpuPair = ::knote::PercpuPair;

  // Whether a thread that is waited for can be running; see there.
  using LastCpu = ::knote::LastCpu;

  // Tell ThreadSanitizer of orderings that it cannot see in inline assembly.
  [[gnu::always_inline]] static void Released(void* address) {
    TsanRelease(address);
  }
  [[gnu::always_inline]] static void Acquired(void* address) {
    TsanAcquire(address);
  }

  // Why HeavyFence() cannot work here, if it cannot. Registers the process for
  // membarrier on the first call.
  static std::optional<std::string> HeavyFenceMissing();
  // Why RestartFence() cannot work here, if it cannot. Registers the process
  // for it on the first call.
  static std::optional<std::string> RestartFenceMissing();
  // Why per-CPU counters cannot work here, if they cannot.
  static std::optional<std::string> PercpuMissing();
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_HW_ENV_H_

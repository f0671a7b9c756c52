// refcount: a plain shared reference count per klist.
//
// Reader: adds a reference to the klist's count and takes it back. Writer:
// stores the stubs, marks the count as draining, and waits until it is 0. A
// reader that finds the mark drops its reference at once and goes on without:
// it sees the stubs.
// Origin: the textbook's; the mark is what Linux's percpu_ref and NetBSD's
// fd_close() do, so that a stream of new readers cannot hold the writer up.
//
// Reader cost: two atomic read-modify-writes on a line that all readers of the
// klist share. Writer cost: one more, and the readers of this klist.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  F1  the reader's and the writer's read-modify-write of count_ have one
//      order. If the reader's is first, the writer sees its reference; if the
//      writer's is, the reader acquires what it released: the mark, and the
//      stubs stored before.
//  F2  references are dropped with release and seen by the writer with
//      acquire: the section happened before the writer goes on.
//  F3  who drops the last one under the mark wakes the writer, which sleeps
//      only while count_ is what it saw.
// The traversal hazard: see grace_strategy.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_REFCOUNT_REFCOUNT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_REFCOUNT_REFCOUNT_H_

#include "knote/strategies/grace_strategy.h"
#include "knote/strategies/lock_strategy.h"

namespace knote {

// References with a mark that says "no more". Drained once.
template <class Env>
class alignas(128) ReferenceCount {
 public:
  // False if it is being drained: there is no reference then.
  [[gnu::always_inline]] bool Acquire() {
    const uint32_t before =
        count_.fetch_add(kReference, std::memory_order_acquire);  // F1
    if ((before & kDraining) == 0) [[likely]]
      return true;
    Release();
    return false;
  }
  [[gnu::always_inline]] void Release() {
    const uint32_t before =
        count_.fetch_sub(kReference, std::memory_order_release);  // F2
    if (before == (kReference | kDraining)) [[unlikely]]          // F3
      Env::FutexWake(count_, 1);
  }

  // Returns once there is no reference; the ns waited.
  uint64_t Drain() {
    uint32_t count =
        count_.fetch_or(kDraining, std::memory_order_acq_rel) | kDraining;
    uint64_t begin = 0;
    for (int spins = 0; count != kDraining; ++spins) {  // F1
      if (begin == 0) begin = Env::Now();
      if (spins < Env::kSpinTurns) {
        Env::Pause();
      } else {
        Env::FutexWait(count_, count);  // F3
      }
      count = count_.load(std::memory_order_acquire);  // F2
    }
    return begin == 0 ? 0 : Env::Now() - begin + 1;
  }

 private:
  static constexpr uint32_t kDraining = 1, kReference = 2;

  typename Env::template Atomic<uint32_t> count_{0};
};

template <class E>
class KlistRefcount {
 public:
  using Env = E;
  using Thread = NoThread;
  using Hold = bool;  // whether there is a reference to drop

  static constexpr StrategyInfo kInfo{
      .name = "refcount",
      .scope = "klist",
      .summary = "a shared reference count for each klist",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = "readers of the klist"};

  explicit KlistRefcount(int /*cpus*/) {}

  [[gnu::always_inline]] bool Enter(NoThread&) { return count_.Acquire(); }
  [[gnu::always_inline]] void Leave(NoThread&, bool referenced) {
    if (referenced) [[likely]]
      count_.Release();
  }
  uint64_t Drain() { return count_.Drain(); }

 private:
  ReferenceCount<Env> count_;
};

template <class Env>
using Refcount = GraceStrategy<KlistRefcount<Env>, Scope::kKlist>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_REFCOUNT_REFCOUNT_H_

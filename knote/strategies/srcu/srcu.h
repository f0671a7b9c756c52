// srcu: sleepable read-copy update: two banks of per-CPU counters.
//
// Reader: adds 1 to its CPU's `entered` in the current bank, and later 1 to
// `left` in that same bank on whatever CPU it is then. Writer: waits until the
// other bank is empty, makes it the current one, and waits until the one that
// was current is empty: new readers cannot hold it up for ever.
// Origin: Linux's kernel/rcu/srcutree.c (P. McKenney), in its classic form: a
// full fence after entering, which is what keeps the reader's loads inside.
// Its second full fence stands before leaving; here a release order does that
// (free on x86), and the fence comes after, so that a reader that leaves sees
// a sleeping writer: Linux's writer polls by timer instead. See srcu_light.h
// for the form without full fences.
//
// Reader cost: two restartable adds and two full fences: 5 ns to 20 ns. Writer
// cost: sums over all CPUs, and the sections open at that moment; no
// membarrier. 256 bytes per CPU.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  S1  Enter's add; full fence; load of kn_fop  <->  stores of stubs; full
//      fence; sums of both banks: a reader that gets the driver's filterops is
//      in the sum of its bank, whichever that is.
//  S2  what a section did happened before the writer goes on: N1 and N2 of
//      percpu_count.h.
//  S3  Leave's add; full fence; load of its bank's `awaited`  <->  store of
//      that; full fence; sums; sleep: N3 of percpu_count.h. Only while a writer
//      sleeps for that bank, so that those who use the other lose nothing.
//  S4  current_ is only a hint: a reader that comes late to a bank which was
//      current loads kn_fop after the fence of S1 and gets the stub, or is in
//      the sums.
// The traversal hazard: see grace_strategy.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_SRCU_SRCU_H_
#define KNOTESTAT_KNOTE_STRATEGIES_SRCU_SRCU_H_

#include "knote/strategies/grace_strategy.h"
#include "knote/strategies/percpu_count.h"

namespace knote {

// `Fences` has Reader() and Writer(), the two halves of a store-load fence.
template <class E, class Fences>
class SrcuBanks {
 public:
  using Env = E;
  using Thread = typename Env::PercpuThread;
  struct Bank : PercpuCount<Env> {
    using PercpuCount<Env>::PercpuCount;
    typename Env::template Atomic<uint32_t> awaited{0};  // by a sleeping writer
  };
  using Hold = Bank*;

  static constexpr StrategyInfo kInfo =
      Fences::Describe({.name = "",
                        .scope = "global",
                        .summary = "",
                        .reader_may_block = true,
                        .reader_may_recurse = true,
                        .reader_may_migrate = true,
                        .enter_under_spin_lock = true,
                        .covers_submit = true,
                        .grace_period = true,
                        .writer_waits_for = "sections open at that moment",
                        .needs_percpu = true,
                        .bytes_per_cpu = 2 * sizeof(typename Env::PercpuPair)});

  explicit SrcuBanks(int cpus) : banks_{Bank(cpus), Bank(cpus)} {}

  [[gnu::always_inline]] Bank* Enter(Thread& thread) {
    Bank* bank = current_.load(std::memory_order_relaxed);  // S4
    bank->Enter(thread);
    Fences::Reader();  // S1
    return bank;
  }
  [[gnu::always_inline]] void Leave(Thread& thread, Bank* bank) {
    bank->Leave(thread);                                                  // S2
    Fences::Reader();                                                     // S3
    if (bank->awaited.load(std::memory_order_relaxed) != 0) [[unlikely]]  // S3
      bank->Wake();
  }

  uint64_t Drain() {
    uint64_t waited = drains_.mutex_enter();
    Fences::Writer();  // S1
    Bank* const before = current_.load(std::memory_order_relaxed);
    Bank* const after = before == &banks_[0] ? &banks_[1] : &banks_[0];
    waited += WaitUntilEmpty(*after);
    current_.store(after, std::memory_order_relaxed);  // S4
    waited += WaitUntilEmpty(*before);
    drains_.mutex_exit();
    return waited;
  }

 private:
  // One writer at a time: under drains_.
  static uint64_t WaitUntilEmpty(Bank& bank) {
    const uint64_t waited = bank.WaitUntilEmpty([&] {
      bank.awaited.store(1, std::memory_order_relaxed);  // S3
      Fences::Writer();                                  // S3
    });
    bank.awaited.store(0, std::memory_order_relaxed);
    return waited;
  }

  Bank banks_[2];
  // Read by every reader, written only by writers.
  alignas(128) typename Env::template Atomic<Bank*> current_{&banks_[0]};
  alignas(128) kmutex<Env> drains_;
};

// Both halves are full fences.
template <class Env>
struct ClassicFences {
  static constexpr StrategyInfo Describe(StrategyInfo info) {
    info.name = "srcu";
    info.summary = "two banks of per-CPU counters, full fences in the reader";
    return info;
  }
  [[gnu::always_inline]] static void Reader() { Env::FullFence(); }
  static void Writer() { Env::FullFence(); }
};

template <class Env, Scope kScope = Scope::kGlobal>
using Srcu = GraceStrategy<SrcuBanks<Env, ClassicFences<Env>>, kScope>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_SRCU_SRCU_H_

// bravo: biased locking for readers: a table of visible readers in front of a
// reader/writer lock.
//
// Reader, while the lock is biased: marks its row of the table, looks at the
// bias again, and leaves the lock alone. Otherwise it takes the lock, and sets
// the bias once that is not inhibited. Writer: takes the lock; if it is
// biased, revokes the bias and waits for every row that is marked; then the
// bias is inhibited for kInhibit times what the revocation took.
// Origin: Dice and Kogan, "BRAVO: Biased Locking for Reader-Writer Locks",
// USENIX ATC 2019. There a reader claims a slot of a hashed table that all
// locks share with a compare-exchange, which also is the store-load fence
// between the mark and the second look. Here each thread has a row of its own,
// so the mark is a plain store, and the fence is the reader's half of a
// membarrier that the revoking writer pays for. (A copy that marks with a
// plain or release store and has no such fence is broken: see busted_bravo.)
//
// Reader cost: biased, two plain stores and two loads, about 1 ns; else the
// krwlock's two additions and a clock reading. Writer cost: the
// krwlock's, and with a bias to revoke a membarrier (about 1 us), all readers
// of the lock, and kInhibit times that of slow reads.
// A reader may block and migrate. It may not recurse while a writer waits, nor
// enter under an object lock that other readers wait for: both deadlock.
//
// Ordering
//  B1  row marked; LightFence; load of bias_  <->  store of bias_ = 0;
//      HeavyFence; loads of rows: T3 of thread_sections.h. A reader that still
//      finds the bias is seen by the writer.
//  B2  what a section did happened before the writer goes on: T4; the last
//      reader wakes the writer: T5.
//  B3  bias_ is set with release by a reader that holds the lock, and loaded
//      with acquire by a fast one: the writer before both happened before it.
//  L1  (krwlock.h) orders slow readers and writers.
// The traversal hazard cannot arise (see lock_strategy.h).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_BRAVO_BRAVO_H_
#define KNOTESTAT_KNOTE_STRATEGIES_BRAVO_BRAVO_H_

#include "knote/knote.h"
#include "knote/locks/krwlock.h"
#include "knote/strategies/lock_strategy.h"
#include "knote/strategies/thread_sections.h"

namespace knote {

template <class E>
class Bravo {
 public:
  using Env = E;
  using Table = ThreadSections<Env>;

  struct KnoteState {};
  struct ThreadState : ThreadSectionsMember<Env> {
    explicit ThreadState(Bravo& strategy)
        : ThreadSectionsMember<Env>(strategy.visible_readers_) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "bravo",
      .scope = "global",
      .summary = "visible readers by plain stores while the lock is biased",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .covers_submit = true,
      .writer_waits_for = "all readers",
      .needs_heavy_fence = true,
      .bytes_per_thread = sizeof(typename Table::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Bravo& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : strategy_(strategy),
          row_(thread.record()),
          fast_(strategy.bias_.load(std::memory_order_relaxed) != 0) {
      if (fast_) [[likely]] {
        outer_ = Table::Enter(row_);                              // B1
        if (strategy.bias_.load(std::memory_order_acquire) != 0)  // B1 B3
            [[likely]]
          return;
        Table::Leave(row_, outer_);
        fast_ = false;
      }
      strategy.EnterSlow();
    }
    [[gnu::always_inline]] ~Section() {
      if (fast_) [[likely]] {
        Table::Leave(row_, outer_);  // B2
      } else {
        strategy_.lock_.template rw_exit<RW_READER>();
      }
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Bravo& strategy_;
    typename Table::Record& row_;
    uint64_t outer_ = 0;
    bool fast_;
  };

  explicit Bravo(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    uint64_t waited = lock_.template rw_enter<RW_WRITER>();
    if (bias_.load(std::memory_order_relaxed) != 0) waited += Revoke();
    fini.Waited(waited);
    fini.NeuterAll(list);
    fini.Published();
    lock_.template rw_exit<RW_WRITER>();
    fini.Reclaimed();
  }

 private:
  static constexpr uint64_t kInhibit = 9;  // the paper's: writers lose 10 %

  [[gnu::noinline]] void EnterSlow() {
    if (const rw_wait waited = lock_.template rw_enter<RW_READER>())
      ReportReaderBlocked(waited, kInfo.name.data());
    if (bias_.load(std::memory_order_relaxed) == 0 &&
        Env::Now() >= inhibited_until_.load(std::memory_order_relaxed))
      bias_.store(1, std::memory_order_release);  // B3
  }

  // The caller holds the lock for writing. Returns the ns that it waited for
  // readers.
  uint64_t Revoke() {
    const uint64_t begin = Env::Now();
    bias_.store(0, std::memory_order_relaxed);                       // B1
    const uint64_t waited = visible_readers_.WaitForOpenSections();  // B1 B2
    const uint64_t end = Env::Now();
    inhibited_until_.store(end + kInhibit * (end - begin),
                           std::memory_order_relaxed);
    return waited;
  }

 protected:
  alignas(128) typename Env::template Atomic<uint32_t> bias_{1};
  typename Env::template Atomic<uint64_t> inhibited_until_{0};
  alignas(128) krwlock<Env> lock_;
  Table visible_readers_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_BRAVO_BRAVO_H_

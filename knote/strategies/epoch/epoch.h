// epoch: a grace period over all threads, with plain-store readers.
//
// Reader: stores the epoch and 1 into its thread's word, and takes the 1 off
// again. Writer: stores the stubs, begins an epoch and, unless all threads note
// it within a moment (noted_epoch.h), makes every thread pass a barrier and
// waits for those that are in a section of an earlier one.
// Origin: epoch-based reclamation (Fraser 2004), which has a fence in each
// section; liburcu's memb flavour, which has the barrier on the writer's side.
//
// Reader cost: two plain stores and a load of a line that klist_fini() writes,
// about 1 ns. Writer cost: some 0.5 us if all threads are at work in sections;
// else a membarrier (1 to 20 us) and every section open at that moment, in the
// whole system, with one more for each that it sleeps for; one grace period
// however many knotes.
// A reader may block, recurse, migrate, and be entered under any lock. It must
// not wait for a klist_fini().
//
// Ordering
//  E1  word raised; LightFence; load of kn_fop  <->  stores of stubs;
//      HeavyFence; load of the word: a reader that gets the driver's filterops
//      is seen inside.
//  E2  word stored with release when a section ends  <->  loaded with acquire:
//      the section happened before the writer goes on. Entering releases too,
//      for a writer that only sees the next section.
//  E3  word stored; LightFence; load of departure  <->  D1 and D2 of
//      reader_departure.h: a reader that is waited for wakes the writer or is
//      seen to be gone.
//  E4  who has noted the epoch that the writer began is out of what it was in,
//      and sees the stubs: N1 to N4 of noted_epoch.h. A section notes its epoch
//      when it begins, so one that begins later does not hold the writer up.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/noted_epoch.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Epoch {
 public:
  using Env = E;

  struct Record {
    // How deep the thread is inside, and above that the epoch that it noted.
    typename Env::template Atomic<uint64_t> word{0};
    typename Env::template Atomic<uintptr_t> owner{0};
    ReaderDeparture<Env> departure;

    uint64_t Noted() const {
      return word.load(std::memory_order_acquire);  // E2 E4
    }
    bool IsOutside() const {
      return !IsInside(word.load(std::memory_order_relaxed));
    }
  };
  using Registry = ThreadRegistry<Env, Record>;
  using Node = typename Registry::Node;
  static constexpr uint64_t kDepthMask = 0xffff, kNextEpoch = kDepthMask + 1;
  using Epochs = NotedEpoch<Env, kNextEpoch, kNextEpoch>;

  struct KnoteState {};

  struct ThreadState : NotedEpochMember<Epochs, Registry> {
    explicit ThreadState(Epoch& strategy)
        : NotedEpochMember<Epochs, Registry>(strategy.epoch_,  // E4
                                             strategy.threads_) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "epoch",
      .scope = "global",
      .summary = "plain-store readers, one grace period per klist_fini",
      .headline = true,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .plain_reader = true,
      .grace_period = true,
      .writer_waits_for = "sections open at that moment",
      .needs_heavy_fence = true,
      .bytes_per_thread = sizeof(Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Epoch& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : record_(thread.record()), outer_(strategy.OuterOf(record_)) {
      record_.word.store(outer_ + 1, std::memory_order_release);  // E1 E2 E4
      Env::LightFence();                                          // E1
    }
    [[gnu::always_inline]] ~Section() { Leave(record_, outer_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Record& record_;
    const uint64_t outer_;
  };

  explicit Epoch(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const uint64_t begun = epoch_.Begin();  // E4
    const bool all_note =
        epoch_.IsWorthATry() && epoch_.AllNote(begun, threads_);  // E4
    fini.Waited(all_note ? 0 : WaitForSectionsBefore(begun));
  }

 protected:
  static bool IsInside(uint64_t word) { return (word & kDepthMask) != 0; }

  // The word of the section around, or outside of all the epoch.
  [[gnu::always_inline]] uint64_t OuterOf(const Record& record) const {
    const uint64_t word = record.word.load(std::memory_order_relaxed);
    return IsInside(word) ? word : epoch_.Current();  // E4
  }
  [[gnu::always_inline]] static void Leave(Record& record, uint64_t outer) {
    record.word.store(outer, std::memory_order_release);  // E2
    Env::LightFence();                                    // E3
    record.departure.ReaderLeft();                        // E3
  }

  uint64_t WaitForSectionsBefore(uint64_t begun) {
    return AwaitEach(threads_, [begun](const Record& record) {  // E1 E3
      const uint64_t word =
          record.word.load(std::memory_order_acquire);  // E1 E2
      return !IsInside(word) || word >= begun;          // E4
    });
  }

  Registry threads_;
  Epochs epoch_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

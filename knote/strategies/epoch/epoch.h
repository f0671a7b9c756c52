// epoch: a grace period over all threads, with plain-store readers.
//
// Reader: adds 1 to its thread's word and subtracts it again; leaving the
// outermost section also makes the epoch its section number. Writer: stores the
// stubs and, unless all threads note a new epoch within a moment, makes every
// thread pass a barrier, looks at every thread's word once, and waits for those
// that were inside to leave that section.
// Origin: epoch-based reclamation (Fraser 2004) and liburcu's memb flavour;
// see noted_epoch.h and thread_sections.h.
//
// Reader cost: two plain stores, about 1 ns. Writer cost: some 0.5 us if all
// threads are at work in sections; else a membarrier (1 to 20 us) and every
// section open at that moment, in the whole system; one grace period however
// many knotes.
// A reader may block, recurse, migrate, and be entered under any lock. It must
// not wait for a klist_fini().
//
// Ordering
//  E1  the section's word raised; LightFence; load of kn_fop  <->  stores of
//      stubs; HeavyFence; load of the word: T3 of thread_sections.h. A reader
//      that gets the driver's filterops is seen inside.
//  E2  what a section did happened before the writer goes on: T4.
//  E3  the last reader wakes the writer or is seen to be gone: T5.
//  E4  who notes the epoch that the writer began is out of what it was in, and
//      sees the stubs from then on: N1 to N4 of noted_epoch.h.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

#include "knote/knote.h"
#include "knote/strategies/noted_epoch.h"
#include "knote/strategies/thread_sections.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Epoch {
 public:
  using Env = E;
  struct Joined {
    typename Env::template Atomic<uintptr_t> owner{0};
  };
  using Sections = ThreadSections<Env, Joined>;
  using Record = typename Sections::Record;
  // The epoch is the section number of who has left: no word of its own.
  using Epochs =
      NotedEpoch<Env, Sections::kNextSection, Sections::kNextSection>;

  struct KnoteState {};

  struct ThreadState : ThreadSectionsMember<Env, Joined> {
    explicit ThreadState(Epoch& strategy)
        : ThreadSectionsMember<Env, Joined>(strategy.sections_),
          epoch(strategy.epoch_) {
      epoch.Join(this->record().more.owner);  // E4
    }
    ~ThreadState() { epoch.Leave(this->record().more.owner); }  // E4
    Epochs& epoch;
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
      .bytes_per_thread = sizeof(typename Sections::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Epoch& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : strategy_(strategy),
          record_(thread.record()),
          outer_(Sections::Enter(record_)) {}  // E1
    [[gnu::always_inline]] ~Section() {
      strategy_.sections_.Leave(record_, outer_,
                                strategy_.epoch_.Current());  // E2 E3 E4
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Epoch& strategy_;
    Record& record_;
    const uint64_t outer_;
  };

  explicit Epoch(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(NobodyIsLeft() ? 0
                               : sections_.WaitForOpenSections());  // E1 E2 E3
  }

 private:
  bool NobodyIsLeft() {
    return epoch_.NobodyIsLeft(  // E4
        sections_.threads(),
        [](const Record& record) -> auto& { return record.more.owner; },
        [](const Record& record) {
          return record.word.load(std::memory_order_acquire);  // E4
        },
        [](const Record& record) {
          return !Sections::Inside(record.word.load(std::memory_order_relaxed));
        });
  }

 protected:
  Sections sections_;
  Epochs epoch_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

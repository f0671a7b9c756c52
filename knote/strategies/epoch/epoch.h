// epoch: a grace period over all threads, with plain-store readers.
//
// Reader: adds 1 to its thread's word and subtracts it again; leaving the
// outermost section also advances the word's section number. Writer: stores
// the stubs, makes every thread pass a barrier, looks at every thread's word
// once, and waits for those that were inside to leave that section.
// Origin: epoch-based reclamation (Fraser 2004) and liburcu's memb flavour;
// see thread_sections.h.
//
// Reader cost: two plain stores, about 1 ns. Writer cost: a membarrier (about
// 1 us) and every section open at that moment, in the whole system; one grace
// period however many knotes.
// A reader may block, recurse, migrate, and be entered under any lock. It must
// not wait for a klist_fini().
//
// Ordering
//  E1  the section's word raised; LightFence; load of kn_fop  <->  stores of
//      stubs; HeavyFence; load of the word: T3 of thread_sections.h. A reader
//      that gets the driver's filterops is seen inside.
//  E2  what a section did happened before the writer goes on: T4.
//  E3  the last reader wakes the writer or is seen to be gone: T5.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

#include "knote/knote.h"
#include "knote/strategies/thread_sections.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Epoch {
 public:
  using Env = E;
  using Sections = ThreadSections<Env>;

  struct KnoteState {};

  struct ThreadState : ThreadSectionsMember<Env> {
    explicit ThreadState(Epoch& strategy)
        : ThreadSectionsMember<Env>(strategy.sections_) {}
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
        : sections_(strategy.sections_),
          record_(thread.record()),
          outer_(Sections::Enter(record_)) {}  // E1
    [[gnu::always_inline]] ~Section() {
      sections_.Leave(record_, outer_);  // E2 E3
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Sections& sections_;
    typename Sections::Record& record_;
    const uint64_t outer_;
  };

  explicit Epoch(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(sections_.WaitForOpenSections());  // E1 E2 E3
  }

 protected:
  Sections sections_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

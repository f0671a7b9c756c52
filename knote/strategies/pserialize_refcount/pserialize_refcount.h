// pserialize_refcount: a passive section to find the klist's count, then a
// reference on it.
//
// Reader: in a pserialize(9) read section it loads the knote's pointer to the
// count and takes a reference; the section is over before f_event runs. Later
// it drops the reference. Writer: takes the pointer out of every knote and
// stores the stubs, waits until no read section is open (pserialize_perform),
// marks the count, waits until it is 0, and lets go of it.
// Origin: the recipe of NetBSD's pserialize(9) for readers that block. There a
// read section raises the interrupt priority on its CPU and perform broadcasts
// a cross-call; here it is a word per thread (thread_sections.h) and a
// membarrier, so it may also be preempted.
//
// Reader cost: two plain stores, and two atomic read-modify-writes on a line
// that all readers of the klist share. Writer cost: a membarrier (about 1 us),
// read sections in the whole system (some ns each), then this klist's readers.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Where the count lives: allocated when a section of a first knote is entered,
// found by the klist's address in a table, kept by each knote that found it.
// klist_fini() takes it out of the table and of the knotes; a list that ends
// without one loses it with its last knote.
//
// Ordering
//  Z1  read section entered; LightFence; load of the pointer  <->  pointers
//      taken out; HeavyFence; loads of the threads' words: T3 and T4 of
//      thread_sections.h. After perform nobody is about to use a pointer.
//  Z2  the stubs are stored before the pointer is taken out with release, and
//      a reader that acquires kGone gets them; so does one that finds the
//      count marked (F1 of refcount.h).
//  Z3  the first lookup of a knote takes its reference under mutex_, under
//      which klist_fini() takes the pointers out: it finds kGone, or its
//      reference is there before the wait.
//  F1 to F3 of refcount.h order references and the wait for them.
// The traversal hazard: the walk is under the object lock. A knote that its
// f_detach has unlinked before still has the pointer, but its last section is
// the one that f_detach ran in, and that has a reference.
// Lock order: object lock, then mutex_. The walk lets go of mutex_ now and
// then, for first sections on other klists, and knotes that are freed, need it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PSERIALIZE_REFCOUNT_PSERIALIZE_REFCOUNT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PSERIALIZE_REFCOUNT_PSERIALIZE_REFCOUNT_H_

#include "knote/strategies/klist_table.h"
#include "knote/strategies/refcount/refcount.h"
#include "knote/strategies/thread_sections.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class PserializeRefcount {
 public:
  using Env = E;
  using ReadSections = ThreadSections<Env>;

  struct Count : ReferenceCount<Env>, Env::Object {
    explicit Count(const klist<Env>* list) : key(list) {}
    const klist<Env>* const key;
    Count* next_in_table = nullptr;  // under mutex_
    uint64_t holders = 0;            // knotes and klist_fini(); under mutex_
    bool listed = true;              // under mutex_
  };

  struct KnoteState : KeepsKlist {
    // Null: not looked up yet. kGone: klist_fini() was here.
    typename Env::template Atomic<Count*> count{nullptr};
  };
  struct ThreadState : ThreadSectionsMember<Env> {
    explicit ThreadState(PserializeRefcount& strategy)
        : ThreadSectionsMember<Env>(strategy.read_sections_) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "pserialize_refcount",
      .scope = "klist",
      .summary = "a passive section to find the count, a reference to stay",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = "readers of the klist",
      .needs_heavy_fence = true,
      .bytes_per_knote = kKnoteBytes<Env, KnoteState>,
      .bytes_per_klist = sizeof(Count),
      .bytes_per_thread = sizeof(typename ReadSections::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(PserializeRefcount& strategy,
                                   ThreadState& thread, knote<Env>& kn,
                                   KnoteState& state) {
      const uint64_t outer = ReadSections::Enter(thread.record());  // Z1
      Count* count = state.count.load(std::memory_order_acquire);   // Z1 Z2
      const bool known = count != nullptr;
      if (known && count != Gone() && count->Acquire()) [[likely]]
        count_ = count;
      ReadSections::Leave(thread.record(), outer);  // Z1
      if (!known) [[unlikely]]
        count_ = strategy.LookUp(kn, state);
    }
    [[gnu::always_inline]] ~Section() {
      if (count_ != nullptr) [[likely]]
        count_->Release();
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Count* count_ = nullptr;  // null: the stubs need no reference
  };

  // That klist_fini() walks over without letting go of mutex_: some us.
  static constexpr int kKnotesAtATime = static_cast<int>(Env::Capacity(128));

  explicit PserializeRefcount(int /*cpus*/) {}
  PserializeRefcount(const PserializeRefcount&) = delete;
  PserializeRefcount& operator=(const PserializeRefcount&) = delete;

  // Waits for a klist_fini() that is about to take the pointer out of this
  // knote: stubs come before that (Z2), and once they are there the knote's
  // detach needs no other lock that the walk holds.
  bool Retire(KnoteState& state) {
    kmutex_guard guard(mutex_);
    Count* const count = state.count.load(std::memory_order_relaxed);
    if (count != nullptr && count != Gone()) Drop(*count);
    return true;
  }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    Count* const count = TakeOut(list, fini);
    fini.Published();
    uint64_t waited = 0;
    if (count != nullptr) {
      waited += read_sections_.WaitForOpenSections();  // Z1
      waited += count->Drain();
    }
    fini.Waited(waited);
    if (count != nullptr) {
      kmutex_guard guard(mutex_);
      Drop(*count);
    }
    fini.Reclaimed();
  }

 private:
  static Count* Gone() { return reinterpret_cast<Count*>(uintptr_t{1}); }

  // One who holds the count lets go of it. Under mutex_.
  void Drop(Count& count) {
    if (--count.holders != 0) return;
    if (count.listed) counts_.Remove(count);
    delete &count;
  }

  // Stores the stubs, takes the count out of every knote and of the table. It
  // is the caller's to drop; a knote that was unlinked before still holds it.
  // Null if no section of the knotes there are was ever entered.
  template <class Fini>
  Count* TakeOut(klist<Env>& list, Fini& fini) {
    kmutex_guard object_guard(*list.kl_lock);
    Count* count = nullptr;
    for (auto* kn = list.slh_first; kn != nullptr;) {
      kmutex_guard guard(mutex_);
      // A section may have been a first one since the last time.
      if (count == nullptr) count = Hold(counts_.Find(&list));
      for (int i = 0; i < kKnotesAtATime && kn != nullptr; ++i) {
        auto* const next = kn->kn_selnext;
        Take(*kn, fini);
        kn = next;
      }
    }
    list.slh_first = nullptr;
    kmutex_guard guard(mutex_);
    // One without knotes: their f_detach may still run.
    if (count == nullptr) count = Hold(counts_.Find(&list));
    if (count == nullptr) return nullptr;
    counts_.Remove(*count);
    count->listed = false;
    return count;
  }

  static Count* Hold(Count* count) {
    if (count != nullptr) ++count->holders;
    return count;
  }

  // Takes the pointer out of one knote. Under mutex_.
  template <class Fini>
  void Take(knote<Env>& kn, Fini& fini) {
    fini.Neuter(kn);
    auto& pointer = fini.state(kn).count;
    Count* const held = pointer.load(std::memory_order_relaxed);
    pointer.store(Gone(), std::memory_order_release);  // Z2 Z3
    if (held != nullptr) Drop(*held);
  }

  // A knote's first section: finds or makes the count of its klist, and takes
  // the section's reference. Null if klist_fini() was here.
  [[gnu::noinline]] Count* LookUp(knote<Env>& kn, KnoteState& state) {
    kmutex_guard guard(mutex_);
    Count* count = state.count.load(std::memory_order_relaxed);
    if (count == Gone()) return nullptr;
    if (count == nullptr) {
      count = counts_.Find(KlistOf(kn));
      if (count == nullptr) {
        count = new Count(KlistOf(kn));
        counts_.Add(*count);
      }
      ++count->holders;
      state.count.store(count, std::memory_order_release);
    }
    // Not draining: who drains takes the pointer out first, under mutex_.
    count->Acquire();  // Z3
    return count;
  }

  ReadSections read_sections_;
  kmutex<Env> mutex_;
  KlistTable<Env, Count> counts_;  // under mutex_
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PSERIALIZE_REFCOUNT_PSERIALIZE_REFCOUNT_H_

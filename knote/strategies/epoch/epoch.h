// epoch: a grace period over all threads, with plain-store readers.
//
// Reader: adds 1 to its thread's word and subtracts it again; leaving the
// outermost section also advances the word's section number. Writer: stores
// the stubs, makes every thread pass a barrier, looks at every thread's word
// once, and waits for those that were inside to leave that section.
// Origin: epoch-based reclamation (Fraser 2004) and liburcu's memb flavour;
// the section number in the reader's own word replaces a global epoch, so a
// reader loads nothing that another thread writes.
//
// Reader cost: two plain stores, about 1 ns. Writer cost: a membarrier (about
// 1 us) and every section open at that moment, in the whole system; one grace
// period however many knotes.
// A reader may block, recurse, migrate, and be entered under any lock. It must
// not wait for a klist_fini().
//
// Ordering
//  E1  word raised; LightFence; load of kn_fop  <->  stores of stubs;
//      HeavyFence; load of word: a reader that gets the driver's filterops is
//      seen inside.
//  E2  word lowered with release  <->  word loaded with acquire: the section
//      happened before the writer goes on. Raising it releases too, for a
//      writer that only sees the next section.
//  E3  word lowered; LightFence; load of waiters_  <->  waiters_ raised;
//      HeavyFence; load of word; sleep (D1, D2 in reader_departure.h).
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

#include <optional>

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Epoch {
 public:
  using Env = E;

  struct KnoteState {};

  // Low bits: how deep the thread is inside; above: its section number.
  struct Record {
    static constexpr uint64_t kDepthMask = 0xffff, kNextSection = 0x10000;
    typename Env::template Atomic<uint64_t> word{0};
  };
  using Registry = ThreadRegistry<Env, Record>;

  struct ThreadState {
    explicit ThreadState(Epoch& strategy)
        : registry(strategy.threads_), node(registry.Join()) {}
    ~ThreadState() { registry.Leave(node); }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
    Registry& registry;
    typename Registry::Node* node;
  };

  static constexpr StrategyInfo kInfo{
      .name = "epoch",
      .scope = "global",
      .summary = "plain-store readers, one grace period per klist_fini",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .writer_waits_for = "sections open at that moment",
      .needs_heavy_fence = true,
      .bytes_per_thread = sizeof(typename Registry::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(Epoch& strategy, ThreadState& thread,
                                   knote<Env>&, KnoteState&)
        : strategy_(strategy),
          word_(thread.node->record.word),
          outer_(word_.load(std::memory_order_relaxed)) {
      word_.store(outer_ + 1, std::memory_order_release);  // E1, and E2
      Env::LightFence();                                   // E1
    }
    [[gnu::always_inline]] ~Section() {
      const bool outermost = (outer_ & Record::kDepthMask) == 0;
      word_.store(outermost ? outer_ + Record::kNextSection : outer_,
                  std::memory_order_release);  // E2
      Env::LightFence();                       // E3
      strategy_.departure_.ReaderLeft();       // E3
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Epoch& strategy_;
    typename Env::template Atomic<uint64_t>& word_;
    const uint64_t outer_;
  };

  explicit Epoch(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(GracePeriod());
  }

 private:
  // Returns when every section that was open at the call has ended: the ns
  // waited for them.
  uint64_t GracePeriod() {
    // Threads are looked at one after the other; a node once passed is done.
    // The list is read after the fence that WaitUntil() begins with: a thread
    // that joins later sees the stubs.
    typename Registry::Node* node = nullptr;
    bool begun = false;
    std::optional<uint64_t> inside;
    return departure_.WaitUntil([&] {
      if (!begun) node = threads_.First();
      begun = true;
      for (; node != nullptr; node = node->next, inside.reset()) {
        const uint64_t now =
            node->record.word.load(std::memory_order_acquire);  // E1 E2
        if (!inside) inside = now;
        if (SameSection(*inside, now)) return false;
      }
      return true;
    });
  }

  // True if a thread that was seen as `then` is still in that section.
  static bool SameSection(uint64_t then, uint64_t now) {
    return (then & Record::kDepthMask) != 0 &&
           then / Record::kNextSection == now / Record::kNextSection;
  }

  Registry threads_;
  ReaderDeparture<Env> departure_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_EPOCH_EPOCH_H_

// hazard_pointer: a reader publishes which klist it uses, the writer waits
// until each hazard pointer has been seen to be another one.
//
// Reader: stores the klist's address into the next of its thread's hazard
// pointers, then loads the filterops; clears it at the end. Writer: stores the
// stubs, makes every thread pass a barrier, and looks at each hazard pointer
// until it once is not the klist's: a stream of readers cannot hold it up.
// Origin: M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free
// Objects" (2004). What is retired is the klist, with the driver's memory
// around it; the address is never followed. There the reader's store needs a
// full fence before it looks again at what it protects; here it is the light
// half of a membarrier (as in folly's hazptr), and the look is the load of
// kn_fop that the dispatch makes anyway: stubs need no protection. To protect
// the knote instead would miss a knote that its f_detach has just unlinked.
//
// psref is the same idea with the list that NetBSD keeps; this one has few
// pointers, on one pair of lines, and looks at each only until it has changed.
//
// Reader cost: three plain stores, two loads, about 1 ns. Writer cost: a
// membarrier (about 1 us), a look at every thread's pointers, and the readers
// of this klist.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  H1  hazard pointer stored; LightFence; load of kn_fop  <->  stores of
//      stubs; HeavyFence; loads of hazard pointers: a reader that gets the
//      driver's filterops is seen by the writer. One that stores its pointer
//      after the writer's look gets the stubs.
//  H2  cleared with release  <->  loaded with acquire: the section happened
//      before the writer goes on. Setting a pointer releases too, for a writer
//      that only sees the next one.
//  H3  cleared; LightFence; load of waiters_  <->  D1 and D2 of
//      reader_departure.h.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_
#define KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class HazardPointer {
 public:
  using Env = E;
  using Address = uintptr_t;  // a klist's; 0 is none
  // Six and the rest fill a cache line.
  static constexpr uint32_t kSlots = Env::Capacity(6);

  struct KnoteState {};

  // A thread's hazard pointers, innermost last. A thread that is deeper inside
  // than it has pointers counts as a reader of every klist until it is not.
  struct Record {
    uint32_t depth = 0;  // the thread's own
    typename Env::template Atomic<uint32_t> beyond{0};
    typename Env::template Atomic<Address> slots[kSlots] = {};
  };
  using Registry = ThreadRegistry<Env, Record>;

  struct ThreadState {
    explicit ThreadState(HazardPointer& strategy)
        : registry(strategy.threads_), node(registry.Join()) {}
    ~ThreadState() { registry.Leave(node); }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
    Registry& registry;
    typename Registry::Node* node;
  };

  static constexpr StrategyInfo kInfo{
      .name = "hazard_pointer",
      .scope = "klist",
      .summary = "readers publish the klist, the writer waits for its own",
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .plain_reader = true,
      .writer_waits_for = "readers of the klist",
      .needs_heavy_fence = true,
      .bytes_per_knote = sizeof(knote<E>::kn_klist),
      .bytes_per_thread = sizeof(typename Registry::Node)};

  class Section {
   public:
    [[gnu::always_inline]] Section(HazardPointer& strategy, ThreadState& thread,
                                   knote<Env>& kn, KnoteState&)
        : strategy_(strategy), record_(thread.node->record) {
      const uint32_t depth = record_.depth++;
      if (depth < kSlots) [[likely]] {
        record_.slots[depth].store(reinterpret_cast<Address>(kn.kn_klist),
                                   std::memory_order_release);  // H1 H2
      } else {
        record_.beyond.store(1, std::memory_order_relaxed);  // H1
      }
      Env::LightFence();  // H1
    }
    [[gnu::always_inline]] ~Section() {
      const uint32_t depth = --record_.depth;
      if (depth < kSlots) [[likely]] {
        record_.slots[depth].store(0, std::memory_order_release);  // H2
      } else if (depth == kSlots) {
        record_.beyond.store(0, std::memory_order_release);  // H2
      }
      Env::LightFence();                  // H3
      strategy_.departure_.ReaderLeft();  // H3
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    HazardPointer& strategy_;
    Record& record_;
  };

  explicit HazardPointer(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(WaitForHazards(reinterpret_cast<Address>(&list)));
  }

 private:
  // Returns when no section of `target` is open that was when it was called:
  // the ns waited for them.
  uint64_t WaitForHazards(Address target) {
    // The list of threads is read after the fence that WaitUntil() begins
    // with: a thread that joins later sees the stubs.
    typename Registry::Node* node = nullptr;
    bool begun = false;
    uint32_t slot = 0;
    return departure_.WaitUntil([&] {  // H1 H3
      if (!begun) node = threads_.First();
      begun = true;
      for (; node != nullptr; node = node->next, slot = 0) {
        for (; slot < kSlots; ++slot) {
          if (node->record.slots[slot].load(std::memory_order_acquire) ==
              target)  // H1 H2
            return false;
        }
        if (node->record.beyond.load(std::memory_order_acquire) != 0)  // H1 H2
          return false;
      }
      return true;
    });
  }

  Registry threads_;
  ReaderDeparture<Env> departure_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_

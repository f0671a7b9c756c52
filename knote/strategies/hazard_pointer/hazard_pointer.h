// hazard_pointer: a reader publishes which klist it uses, the writer waits
// until each hazard pointer has been seen to be another one.
//
// Reader: stores the klist's address into the next of its thread's hazard
// pointers, then loads the filterops; clears it at the end. Writer: stores the
// stubs and, unless all threads note a new epoch within a moment
// (noted_epoch.h), makes every thread pass a barrier, and looks at each hazard
// pointer until it once is not the klist's: a stream of readers cannot hold it
// up.
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
// Reader cost: three plain stores, three loads, about 1 ns. Writer cost: some
// 0.5 us if all threads are at work in sections; else a membarrier (1 to 20
// us), a look at every thread's pointers, and the readers of this klist.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  F1 to F4 of reference_slots.h. The writer looks at a pointer until it once
//  is not the klist's: what is stored there later comes with the stubs.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_
#define KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_

#include "knote/strategies/reference_slots.h"

namespace knote {

// Four pointers and the rest fill a cache line.
template <class E>
class HazardPointer : public ReferenceSlots<E, E::Capacity(4)> {
 public:
  using Env = E;
  using Slots = ReferenceSlots<E, E::Capacity(4)>;
  using typename Slots::Key;

  static constexpr StrategyInfo kInfo = Slots::Describe(
      {.name = "hazard_pointer",
       .scope = "",
       .summary = "readers publish the klist, the writer waits for its own"});

  explicit HazardPointer(int /*cpus*/) {}

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    fini.Waited(this->NobodyIsLeft()  // F4
                    ? 0
                    : WaitForHazards(reinterpret_cast<Key>(&list)));
  }

 private:
  // Returns when no section of `target` is open that was when it was called:
  // the ns waited for them.
  uint64_t WaitForHazards(Key target) {
    uint32_t slot = 0;
    return AwaitEach(  // F1 F3
        this->threads_, [&](const typename Slots::Record& record) {
          for (; slot < Slots::kSlots; ++slot) {
            if (record.slots[slot].load(std::memory_order_acquire) ==
                target)  // F1 F2
              return false;
          }
          if (record.beyond.load(std::memory_order_acquire) != 0)  // F1 F2
            return false;
          slot = 0;  // of the next thread
          return true;
        });
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_HAZARD_POINTER_HAZARD_POINTER_H_

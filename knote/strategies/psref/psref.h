// psref: passive references: a reader notes which klist it uses, the writer
// waits for references to that klist only.
//
// Reader: puts the klist's key into the next slot of its thread's list, then
// loads the filterops; takes the key out again at the end. Plain stores, no
// fence. Writer: stores the stubs and, unless all threads note a new epoch
// within a moment (noted_epoch.h), makes every thread pass a barrier, and waits
// until no slot of any thread holds the key.
// Origin: NetBSD's psref(9). There the list is per CPU, the thread is bound to
// it, and the writer broadcasts a cross-call and retries each tick. Here the
// list is per thread, so readers may migrate, the cross-call is membarrier,
// and the last reader wakes the writer: no tick. psref(9) needs a pserialize
// section to find a target that is not yet destroyed; here the load of kn_fop
// after the slot is set is that check, and the key is never dereferenced.
//
// Reader cost: four plain stores, three loads, about 1 ns. Writer cost: some
// 0.5 us if all threads are at work in sections, else a membarrier (1 to 20 us)
// and a look at every thread's slots; a slow reader of another klist costs it
// nothing.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  F1 to F4 of reference_slots.h. The writer looks at all slots until none of
//  them holds the key.
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_

#include "knote/strategies/reference_slots.h"

namespace knote {

// Ten slots fill two cache lines.
template <class E>
class Psref : public ReferenceSlots<E, E::Capacity(10)> {
 public:
  using Env = E;
  using Slots = ReferenceSlots<E, E::Capacity(10)>;
  using typename Slots::Key;

  static constexpr StrategyInfo kInfo = Slots::Describe(
      {.name = "psref",
       .scope = "",
       .summary =
           "readers note the klist they use, the writer waits for its own",
       .headline = true});

  explicit Psref(int /*cpus*/) {}

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const Key target = reinterpret_cast<Key>(&list);
    fini.Waited(this->NobodyIsLeft()  // F4
                    ? 0
                    : AwaitEach(this->threads_,  // F1 F3
                                [target](const typename Slots::Record& record) {
                                  return !IsReferenced(record, target);
                                }));
  }

 private:
  static bool IsReferenced(const typename Slots::Record& record, Key target) {
    if (record.beyond.load(std::memory_order_acquire) != 0)  // F1 F2
      return true;
    for (const auto& slot : record.slots) {
      if (slot.load(std::memory_order_acquire) == target)  // F1 F2
        return true;
    }
    return false;
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_

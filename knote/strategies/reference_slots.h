// Which klists a thread uses: a few slots of its own, written by that thread
// alone with plain stores. What psref and hazard_pointer have in common; they
// differ in how many slots there are and in how a writer looks at them.
//
// A section puts its klist's address into the next slot, and takes it out again
// at its end; the end of the outermost one leaves the epoch there
// (noted_epoch.h). The address is only compared, never followed. A thread that
// is deeper inside than it has slots counts as a reader of every klist until it
// is not.
//
// Ordering (the numbers of the strategies that use it refer to these)
//  F1  slot store; LightFence; load of kn_fop  <->  stores of stubs;
//      HeavyFence; loads of slots: a reader that gets the driver's filterops
//      is seen by the writer. One that stores after the writer's look gets the
//      stubs.
//  F2  slot cleared with release  <->  slot loaded with acquire: the section
//      happened before the writer goes on. Setting it releases too, for a
//      writer that only sees the slot's next use.
//  F3  slot cleared; LightFence; load of departure  <->  D1 and D2 of
//      reader_departure.h.
//  F4  who notes the epoch that the writer began has cleared what it had set,
//      and gets the stubs from then on: N1 to N4 of noted_epoch.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_REFERENCE_SLOTS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_REFERENCE_SLOTS_H_

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/noted_epoch.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

// The reader's half of a strategy, which derives from it.
template <class E, uint32_t kSlotsOfThread>
class ReferenceSlots {
 public:
  using Env = E;
  using Key = uintptr_t;  // a klist's address; 0 and odd numbers are none
  static constexpr uint32_t kSlots = kSlotsOfThread;

  // Odd numbers, which a klist's address is not.
  using Epochs = NotedEpoch<Env, 1, 2>;

  struct KnoteState : KeepsKlist {};  // the key

  struct Record {
    uint32_t depth = 0;  // the thread's own; innermost last
    typename Env::template Atomic<uintptr_t> owner{0};
    typename Env::template Atomic<uint32_t> beyond{0};
    ReaderDeparture<Env> departure;
    typename Env::template Atomic<Key> slots[kSlots] = {};

    uint64_t Noted() const {
      const Key first = slots[0].load(std::memory_order_acquire);  // F2 F4
      return first % 2 == 0 ? 0 : first;
    }
    bool IsOutside() const { return depth == 0; }
  };
  using Registry = ThreadRegistry<Env, Record>;
  using Node = typename Registry::Node;

  struct ThreadState : NotedEpochMember<Epochs, Registry> {
    explicit ThreadState(ReferenceSlots& strategy)
        : NotedEpochMember<Epochs, Registry>(strategy.epoch_,  // F4
                                             strategy.threads_) {}
  };

  class Section {
   public:
    [[gnu::always_inline]] Section(ReferenceSlots& strategy,
                                   ThreadState& thread, knote<Env>& kn,
                                   KnoteState&)
        : strategy_(strategy), record_(thread.record()) {
      const uint32_t depth = record_.depth++;
      if (depth < kSlots) [[likely]] {
        record_.slots[depth].store(reinterpret_cast<Key>(KlistOf(kn)),
                                   std::memory_order_release);  // F1 F2
      } else {
        record_.beyond.store(1, std::memory_order_relaxed);  // F1
      }
      Env::LightFence();  // F1
    }
    [[gnu::always_inline]] ~Section() {
      const uint32_t depth = --record_.depth;
      if (depth < kSlots) [[likely]] {
        strategy_.Empty(record_, depth);  // F2 F4
      } else if (depth == kSlots) {
        record_.beyond.store(0, std::memory_order_release);  // F2
      }
      Env::LightFence();               // F3
      record_.departure.ReaderLeft();  // F3
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    ReferenceSlots& strategy_;
    Record& record_;
  };

  bool Retire(KnoteState&) { return true; }

 protected:
  // What both say of themselves.
  static constexpr StrategyInfo Describe(StrategyInfo info) {
    info.scope = "klist";
    info.reader_may_block = true;
    info.reader_may_recurse = true;
    info.reader_may_migrate = true;
    info.enter_under_spin_lock = true;
    info.covers_submit = true;
    info.plain_reader = true;
    info.grace_period = true;
    info.writer_waits_for = "readers of the klist";
    info.needs_heavy_fence = true;
    info.bytes_per_knote = kKnoteBytes<E, KnoteState>;
    info.bytes_per_thread = sizeof(Node);
    return info;
  }

  // True if no thread has a klist in a slot that it set before the caller's
  // change.
  bool NobodyIsLeft() {
    return epoch_.IsWorthATry() &&
           epoch_.AllNote(epoch_.Begin(), threads_);  // F4
  }

  // The outermost section leaves the epoch in its slot.
  [[gnu::always_inline]] void Empty(Record& record, uint32_t depth) {
    record.slots[depth].store(depth == 0 ? epoch_.Current() : 0,
                              std::memory_order_release);  // F2 F4
  }

  Registry threads_;
  Epochs epoch_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_REFERENCE_SLOTS_H_

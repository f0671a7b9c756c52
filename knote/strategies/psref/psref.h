// psref: passive references: a reader notes which klist it uses, the writer
// waits for references to that klist only.
//
// Reader: puts the klist's key into the next slot of its thread's list, then
// loads the filterops; takes the key out again at the end. Plain stores, no
// fence. Writer: stores the stubs, makes every thread pass a barrier, and
// waits until no slot of any thread holds the key.
// Origin: NetBSD's psref(9). There the list is per CPU, the thread is bound to
// it, and the writer broadcasts a cross-call and retries each tick. Here the
// list is per thread, so readers may migrate, the cross-call is membarrier,
// and the last reader wakes the writer: no tick. psref(9) needs a pserialize
// section to find a target that is not yet destroyed; here the load of kn_fop
// after the slot is set is that check, and the key is never dereferenced.
//
// Reader cost: four plain stores, two loads, about 1 ns. Writer cost: a
// membarrier (about 1 us) and a look at every thread's slots; a slow reader of
// another klist costs it nothing.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  S1  slot store; LightFence; load of kn_fop  <->  stores of stubs;
//      HeavyFence; loads of slots: a reader that gets the driver's filterops
//      is seen by the writer.
//  S2  slot cleared with release  <->  slot loaded with acquire: the section
//      happened before the writer goes on. Setting it releases too, for a
//      writer that only sees the slot's next use.
//  S3  slot cleared; LightFence; load of waiters_  <->  waiters_ raised;
//      HeavyFence; loads of slots; sleep (D1, D2 in reader_departure.h).
// The traversal hazard: the stubs are stored under the object lock, which
// f_detach needs to unlink; after that no knote is touched.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_

#include "knote/env/thread_registry.h"
#include "knote/knote.h"
#include "knote/strategies/reader_departure.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class Psref {
 public:
  using Env = E;
  using Key = uintptr_t;  // a klist's address; 0 is none
  // Twelve fill two cache lines.
  static constexpr uint32_t kSlots = Env::Capacity(12);

  struct KnoteState {};  // the key is knote::kn_klist

  // A thread's references, innermost last. A thread that is deeper inside than
  // it has slots counts as a reader of every klist until it is not.
  struct Record {
    uint32_t depth = 0;  // the thread's own
    typename Env::template Atomic<uint32_t> beyond{0};
    typename Env::template Atomic<Key> slots[kSlots] = {};
  };
  using Registry = ThreadRegistry<Env, Record>;

  struct ThreadState {
    explicit ThreadState(Psref& strategy)
        : registry(strategy.threads_), node(registry.Join()) {}
    ~ThreadState() { registry.Leave(node); }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
    Registry& registry;
    typename Registry::Node* node;
  };

  static constexpr StrategyInfo kInfo{
      .name = "psref",
      .scope = "klist",
      .summary =
          "readers note the klist they use, the writer waits for its own",
      .headline = true,
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
    [[gnu::always_inline]] Section(Psref& strategy, ThreadState& thread,
                                   knote<Env>& kn, KnoteState&)
        : strategy_(strategy), record_(thread.node->record) {
      const uint32_t depth = record_.depth++;
      if (depth < kSlots) [[likely]] {
        record_.slots[depth].store(
            reinterpret_cast<Key>(kn.kn_klist),
            std::memory_order_release);  // S1, and S2 for the slot's last user
      } else {
        record_.beyond.store(1, std::memory_order_relaxed);  // S1
      }
      Env::LightFence();  // S1
    }
    [[gnu::always_inline]] ~Section() {
      const uint32_t depth = --record_.depth;
      if (depth < kSlots) [[likely]] {
        record_.slots[depth].store(0, std::memory_order_release);  // S2
      } else if (depth == kSlots) {
        record_.beyond.store(0, std::memory_order_release);  // S2
      }
      Env::LightFence();                  // S3
      strategy_.departure_.ReaderLeft();  // S3
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    Psref& strategy_;
    Record& record_;
  };

  explicit Psref(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    const Key target = reinterpret_cast<Key>(&list);
    fini.Waited(
        departure_.WaitUntil([&] { return !Referenced(target); }));  // S1 S3
  }

 private:
  bool Referenced(Key target) const {
    for (auto* node = threads_.First(); node != nullptr; node = node->next) {
      if (node->record.beyond.load(std::memory_order_acquire) != 0)  // S2
        return true;
      for (const auto& slot : node->record.slots) {
        if (slot.load(std::memory_order_acquire) == target) return true;  // S2
      }
    }
    return false;
  }

  Registry threads_;
  ReaderDeparture<Env> departure_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PSREF_PSREF_H_

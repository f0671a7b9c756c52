// ticket_lock: readers and klist_fini() take turns, first come, first served.
//
// Reader cost: one atomic read-modify-write in, one store out, on a line that
// all CPUs share, and readers wait for each other, spinning. Writer cost: its
// turn. A reader may block (those behind it spin) and may not recurse. knote()
// is covered by contract only: it holds the object lock, which f_detach takes
// inside a section.
//
// Origin: Reed and Kanodia 1979; Linux 2.6.25's spinlocks.
//
// Ordering
//  T1  release store of now_serving by who leaves  <->  acquire load by whose
//      turn it is: what one does in its turn, the next one sees. So the stubs
//      are stored between two sections, and the traversal hazard cannot arise,
//      as f_detach runs in a section.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef TICKET_LOCK_H_
#define TICKET_LOCK_H_

#include "knote/klist_fini.h"
#include "knote/strategy.h"

template <class E>
class TicketLock {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(TicketLock&) {}
  };

  static constexpr knote::StrategyInfo kInfo{
      .name = "ticket_lock",
      .scope = "global",
      .summary = "first come, first served, by spinning",
      .reader_may_block = true,
      .reader_may_migrate = true,
      .writer_waits_for = "its turn"};

  class Section {
   public:
    Section(TicketLock& lock, ThreadState&, knote::knote<Env>&, KnoteState&)
        : lock_(lock) {
      lock_.Enter();
    }
    ~Section() { lock_.Leave(); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    TicketLock& lock_;
  };

  explicit TicketLock(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(knote::klist<Env>& list, Fini& fini) {
    const uint64_t begin = Env::Now();
    Enter();
    fini.Waited(Env::Now() - begin);
    fini.NeuterAll(list);
    fini.Published();
    Leave();
  }

 private:
  void Enter() {
    const uint32_t mine = next_.fetch_add(1, std::memory_order_relaxed);
    for (int turn = 0;
         now_serving_.load(std::memory_order_acquire) != mine;  // T1
         ++turn) {
      if (turn < Env::kSpinTurns) {
        Env::Pause();
      } else {
        Env::Yield();
      }
    }
  }
  void Leave() {
    now_serving_.store(now_serving_.load(std::memory_order_relaxed) + 1,
                       std::memory_order_release);  // T1
  }

  alignas(128) typename Env::template Atomic<uint32_t> next_{0};
  typename Env::template Atomic<uint32_t> now_serving_{0};
};

#endif  // TICKET_LOCK_H_

// peer_urcu_memb: liburcu's memb flavour in the strategy slot.
//
// The library's functions are called, not inlined: liburcu is LGPL and linked
// dynamically. Its grace period waits for all readers of the process.
// Origin: liburcu-memb, M. Desnoyers, P. McKenney.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_

#include <urcu/urcu-memb.h>

#include "knote/knote.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class PeerUrcuMemb {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(PeerUrcuMemb&) {
      if (registrations_++ == 0) urcu_memb_register_thread();
    }
    ~ThreadState() {
      if (--registrations_ == 0) urcu_memb_unregister_thread();
    }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
  };

  static constexpr StrategyInfo kInfo{
      .name = "peer_urcu_memb",
      .scope = "global",
      .summary = "liburcu-memb: rcu_read_lock and synchronize_rcu",
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .writer_waits_for = "sections open at that moment",
      .bytes_per_thread = 128};  // struct urcu_reader, two cache lines

  class Section {
   public:
    Section(PeerUrcuMemb&, ThreadState&, knote<Env>&, KnoteState&) {
      urcu_memb_read_lock();
    }
    ~Section() { urcu_memb_read_unlock(); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;
  };

  explicit PeerUrcuMemb(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    urcu_memb_synchronize_rcu();
    fini.Waited();
  }

 private:
  // liburcu registers a thread once, however many worlds it works in.
  static inline thread_local int registrations_ = 0;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_URCU_MEMB_PEER_URCU_MEMB_H_

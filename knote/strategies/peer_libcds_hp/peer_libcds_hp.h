// peer_libcds_hp: libcds's hazard pointers in the strategy slot.
//
// A reader guards the klist's address; klist_fini() retires that address and
// has the library scan until it lets go of it. The library follows it nowhere.
// A thread has as many guards as Libcds::kHazards, and so may be that deep
// inside of sections: no table of ours is in the way of the measured guard.
// Origin: libcds, M. Khizhinsky; hazard pointers, M. Michael 2004.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_HP_PEER_LIBCDS_HP_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_HP_PEER_LIBCDS_HP_H_

#include "knote/knote.h"
#include "knote/strategies/peer_libcds.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class PeerLibcdsHp {
 public:
  using Env = E;

  struct KnoteState : KeepsKlist {};
  struct ThreadState {
    explicit ThreadState(PeerLibcdsHp&) { Libcds::Join(); }
    ~ThreadState() { Libcds::Leave(); }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
  };

  static constexpr StrategyInfo kInfo{
      .name = "peer_libcds_hp",
      .scope = "klist",
      .summary = "libcds hazard pointers: a full fence in every section",
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = "readers of the klist",
      .bytes_per_knote = kKnoteBytes<E, KnoteState>,
      .bytes_per_thread = Libcds::kHazards * sizeof(cds::gc::hp::guard) +
                          2 * Libcds::kHazards * Libcds::kThreads *
                              sizeof(void*)};  // and its retired pointers

  class Section {
   public:
    Section(PeerLibcdsHp&, ThreadState&, knote<Env>& kn, KnoteState&) {
      guard_.assign(KlistOf(kn));
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    cds::gc::HP::Guard guard_;
  };

  explicit PeerLibcdsHp(int /*cpus*/) { Libcds::Start(); }

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    Libcds::Join();
    let_go_ = false;
    cds::gc::HP::retire(&list, [](void*) { let_go_ = true; });
    while (!let_go_) {
      cds::gc::HP::scan();
      if (!let_go_) Env::Yield();
    }
    Libcds::Leave();
    fini.Waited();
  }

 private:
  // The library calls back on the thread that scans.
  static inline thread_local bool let_go_ = false;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_LIBCDS_HP_PEER_LIBCDS_HP_H_

// peer_ck_epoch: Concurrency Kit's epoch in the strategy slot.
//
// Its header does not compile as C++, so that begin and end are calls into
// epoch_calls.c instead of inline code: about 2 ns of what is measured here.
// Origin: Concurrency Kit, S. Al Bahra; epoch-based reclamation, Fraser 2004.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_PEER_CK_EPOCH_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_PEER_CK_EPOCH_H_

#include "knote/knote.h"
#include "knote/strategies/peer_ck_epoch/epoch_calls.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class PeerCkEpoch {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(PeerCkEpoch& strategy)
        : record(knotestat_ck_epoch_join(strategy.epoch_)) {}
    ~ThreadState() { knotestat_ck_epoch_leave(record); }
    ThreadState(const ThreadState&) = delete;
    ThreadState& operator=(const ThreadState&) = delete;
    struct ck_epoch_record* record;
  };

  static constexpr StrategyInfo kInfo{
      .name = "peer_ck_epoch",
      .scope = "global",
      .summary = "ck_epoch: begin, end and synchronize",
      .group = Group::kPeer,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .grace_period = true,
      .writer_waits_for = "sections open at that moment",
      .bytes_per_thread = 256};  // ck_epoch_record_t, in pairs of lines

  class Section {
   public:
    Section(PeerCkEpoch&, ThreadState& thread, knote<Env>&, KnoteState&)
        : record_(thread.record) {
      knotestat_ck_epoch_begin(record_);
    }
    ~Section() { knotestat_ck_epoch_end(record_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    struct ck_epoch_record* record_;
  };

  explicit PeerCkEpoch(int /*cpus*/) : epoch_(knotestat_ck_epoch_create()) {}
  ~PeerCkEpoch() { knotestat_ck_epoch_destroy(epoch_); }
  PeerCkEpoch(const PeerCkEpoch&) = delete;
  PeerCkEpoch& operator=(const PeerCkEpoch&) = delete;

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
    knotestat_ck_epoch_synchronize(epoch_);
    fini.Waited();
  }

 private:
  struct ck_epoch* const epoch_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_PEER_CK_EPOCH_H_

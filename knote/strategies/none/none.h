// none: no synchronization at all.
//
// The floor that every other strategy's cost is measured from, and the first
// control: whatever does not catch it running driver code after klist_fini()
// is not a check. Reader cost: nothing. Writer cost: the walk.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_NONE_NONE_H_
#define KNOTESTAT_KNOTE_STRATEGIES_NONE_NONE_H_

#include "knote/knote.h"
#include "knote/strategy.h"

namespace knote {

template <class E>
class None {
 public:
  using Env = E;

  struct KnoteState {};
  struct ThreadState {
    explicit ThreadState(None&) {}
  };

  static constexpr StrategyInfo kInfo{
      .name = "none",
      .scope = "global",
      .summary = "no synchronization: the floor, and a control",
      .group = Group::kControl,
      .headline = true,
      .safe = false,
      .reader_may_block = true,
      .reader_may_recurse = true,
      .reader_may_migrate = true,
      .enter_under_spin_lock = true,
      .covers_submit = true,
      .plain_reader = true,
      .writer_waits_for = "nobody"};

  class Section {
   public:
    Section(None&, ThreadState&, knote<Env>&, KnoteState&) {}
  };

  explicit None(int /*cpus*/) {}

  bool Retire(KnoteState&) { return true; }

  template <class Fini>
  void Invalidate(klist<Env>& list, Fini& fini) {
    fini.NeuterUnderObjectLock(list);
    fini.Published();
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_NONE_NONE_H_

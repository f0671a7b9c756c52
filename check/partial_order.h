// Which steps of an execution do not commute: clocks, and races to reverse.
//
// Dynamic partial-order reduction: when a step conflicts with an earlier one
// that did not have to come first, the other order must be tried as well, from
// the state before the earlier one.
// Source: source-DPOR of Abdulla, Aronis, Jonsson and Sagonas, POPL 2014.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_PARTIAL_ORDER_H_
#define KNOTESTAT_CHECK_PARTIAL_ORDER_H_

#include <vector>

#include "check/memory_budget.h"
#include "check/operation.h"

namespace knotestat::check {

class PartialOrder {
 public:
  // One of `first` must be tried where step `before` was taken: each of them
  // begins a schedule in which the conflicting steps change places.
  struct Reversal {
    int before = 0;
    ProcSet first = 0;
  };

  explicit PartialOrder(MemoryBudget& budget)
      : procs_(Counted<uint8_t>(budget)),
        taken_(Counted<Clock>(budget)),
        objects_(Counted<Object>(budget)) {}

  void Begin();
  // `proc` takes the next step. Appends what is to be reversed, if asked.
  void Take(Proc proc, const Operation& operation,
            std::vector<Reversal>* reversals);

 private:
  struct Clock {
    uint16_t at[kMaxProcs] = {};
    void Join(const Clock& other) {
      for (int i = 0; i < kMaxProcs; ++i)
        at[i] = at[i] < other.at[i] ? other.at[i] : at[i];
    }
  };
  struct Object {
    int last_write = -1;        // step; -1: none
    int last_reads[kMaxProcs];  // the same
    Clock writes, reads;
  };

  // True if `step` happened before whatever has `clock`.
  bool Before(int step, const Clock& clock) const {
    return clock.at[procs_[static_cast<size_t>(step)]] > step;
  }
  Object& At(int object);
  void FindRaces(Proc proc, const Operation& operation, const Clock& clock);
  ProcSet Initials(int step, Proc proc, const Clock& clock) const;

  CountedVector<uint8_t> procs_;  // of each step
  CountedVector<Clock> taken_;    // after each step
  Clock clocks_[kMaxProcs];
  CountedVector<Object> objects_;
  size_t object_count_ = 0;  // used ones
  std::vector<int> races_;   // steps that race with the one being taken
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_PARTIAL_ORDER_H_

// Depth-first search over all schedules, or those with few preemptions.
//
// Without a bound: dynamic partial-order reduction with sleep sets, so that of
// schedules which differ only in the order of steps that commute (nearly) one
// is taken. With a bound on preemptions the reduction would be unsound and is
// not used.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_DEPTH_FIRST_H_
#define KNOTESTAT_CHECK_DEPTH_FIRST_H_

#include <optional>
#include <vector>

#include "check/chooser.h"
#include "check/partial_order.h"

namespace knotestat::check {

class DepthFirst final : public Chooser {
 public:
  struct Options {
    bool reduce = true;              // only without `preemptions`
    std::optional<int> preemptions;  // at most so many; none: no bound
  };

  DepthFirst(Options options, MemoryBudget& budget)
      : options_(options),
        nodes_(Counted<Node>(budget)),
        step_nodes_(Counted<int>(budget)),
        order_(budget) {}

  void Begin() override;
  Proc PickProc(const Pending& pending, ProcSet enabled, Proc current) override;
  int PickValue(int count) override;

  // Goes to the next schedule, after one was executed; false if that was the
  // last one.
  bool Advance();

  // True if some schedule was left out because of the bound.
  bool bounded() const { return bounded_; }

 private:
  struct Node {
    bool value = false;  // a choice of a value, else of a proc
    uint8_t count = 0;   // values
    uint8_t chosen = 0;  // value or proc
    uint8_t current = 0;
    uint8_t preemptions = 0;  // before this node
    ProcSet enabled = 0;
    ProcSet sleep = 0;
    ProcSet done = 0;  // tried before `chosen`
    ProcSet wanted = 0;
  };

  bool Preempts(const Node& node, Proc proc) const;
  void Sleep(const Pending& pending, const Node& node);
  void Reverse();
  bool Allowed(const Node& node, Proc proc) const;

  const Options options_;
  CountedVector<Node> nodes_;
  size_t position_ = 0;
  size_t last_proc_node_ = 0;      // one past the last choice of a proc
  CountedVector<int> step_nodes_;  // the node of each step
  ProcSet sleep_ = 0;              // of the next new node
  int preemptions_ = 0;
  bool bounded_ = false;
  PartialOrder order_;
  std::vector<PartialOrder::Reversal> reversals_;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_DEPTH_FIRST_H_

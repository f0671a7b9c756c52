// SPDX-License-Identifier: BSD-2-Clause
#include "check/depth_first.h"

namespace knotestat::check {

void DepthFirst::Begin() {
  position_ = 0;
  step_nodes_.clear();
  sleep_ = 0;
  preemptions_ = 0;
  last_proc_node_ = nodes_.size();
  while (last_proc_node_ > 0 && nodes_[last_proc_node_ - 1].value)
    --last_proc_node_;
  if (options_.reduce) order_.Begin();
}

// A buffer's step costs nothing, nor does leaving a thread that has to wait.
bool DepthFirst::Preempts(const Node& node, Proc proc) const {
  return !IsBuffer(proc) && proc != node.current &&
         (node.enabled & Only(node.current)) != 0;
}

bool DepthFirst::Allowed(const Node& node, Proc proc) const {
  return !options_.preemptions || !Preempts(node, proc) ||
         node.preemptions < *options_.preemptions;
}

Proc DepthFirst::PickProc(const Pending& pending, ProcSet enabled,
                          Proc current) {
  if (position_ == nodes_.size()) {
    const ProcSet awake = enabled & ~sleep_;
    if (awake == 0) return kPrune;
    Node& node = nodes_.emplace_back();
    node.enabled = enabled;
    node.current = static_cast<uint8_t>(current);
    node.preemptions = static_cast<uint8_t>(preemptions_);
    node.sleep = sleep_;
    node.chosen = static_cast<uint8_t>(DefaultProc(awake, current));
    node.wanted = options_.reduce ? Only(node.chosen) : enabled;
  }
  const Node& node = nodes_[position_];
  step_nodes_.push_back(static_cast<int>(position_));
  const Proc proc = node.chosen;
  if (Preempts(node, proc)) preemptions_ = node.preemptions + 1;
  ++position_;
  if (options_.reduce) {
    // Races between steps of the unchanged prefix have been seen before.
    const bool fresh = position_ >= last_proc_node_;
    reversals_.clear();
    order_.Take(proc, pending.NextOf(proc), fresh ? &reversals_ : nullptr);
    if (fresh) {
      Sleep(pending, node);
      Reverse();
    }
  }
  return proc;
}

// Those asleep stay so as long as what is done commutes with their next step.
void DepthFirst::Sleep(const Pending& pending, const Node& node) {
  sleep_ = 0;
  const Operation taken = pending.NextOf(node.chosen);
  for (ProcSet rest = (node.sleep | node.done) & ~Only(node.chosen); rest != 0;
       rest &= rest - 1) {
    const Proc proc = __builtin_ctz(rest);
    if (!Conflict(taken, pending.NextOf(proc))) sleep_ |= Only(proc);
  }
}

void DepthFirst::Reverse() {
  for (const auto& reversal : reversals_) {
    Node& node = nodes_[static_cast<size_t>(
        step_nodes_[static_cast<size_t>(reversal.before)])];
    if (reversal.first & (node.wanted | node.done | node.sleep)) continue;
    const ProcSet first = reversal.first & node.enabled;
    node.wanted |= first != 0 ? first & (~first + 1) : node.enabled;
  }
}

int DepthFirst::PickValue(int count) {
  if (position_ == nodes_.size()) {
    Node& node = nodes_.emplace_back();
    node.value = true;
    node.count = static_cast<uint8_t>(count);
  }
  return nodes_[position_++].chosen;
}

bool DepthFirst::Advance() {
  for (; !nodes_.empty(); nodes_.pop_back()) {
    Node& node = nodes_.back();
    if (node.value) {
      if (++node.chosen < node.count) return true;
      continue;
    }
    node.done |= Only(node.chosen);
    ProcSet open = node.wanted & ~node.done & ~node.sleep;
    for (; open != 0; open &= open - 1) {
      const Proc proc = __builtin_ctz(open);
      if (!Allowed(node, proc)) {
        bounded_ = true;
        continue;
      }
      node.chosen = static_cast<uint8_t>(proc);
      return true;
    }
  }
  return false;
}

}  // namespace knotestat::check

// Who decides what the specification leaves open.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_CHOOSER_H_
#define KNOTESTAT_CHECK_CHOOSER_H_

#include "check/operation.h"

namespace knotestat::check {

// What a chooser may look at.
class Pending {
 public:
  // The next step of `proc`, which is enabled or could be.
  virtual const Operation& NextOf(Proc proc) const = 0;

 protected:
  ~Pending() = default;
};

class Chooser {
 public:
  static constexpr Proc kPrune = -1;

  virtual ~Chooser() = default;
  // An execution begins.
  virtual void Begin() {}
  // Takes one of `enabled` (not empty); kPrune ends the execution. `current`
  // ran last and is enabled or not.
  virtual Proc PickProc(const Pending& pending, ProcSet enabled,
                        Proc current) = 0;
  // Takes one of `count` > 1 values; 0 is the newest, or where one is.
  virtual int PickValue(int count) = 0;
};

// What is taken when nothing speaks for anything else: go on with `current`,
// else the first thread, else the first store buffer.
constexpr Proc DefaultProc(ProcSet enabled, Proc current) {
  if (enabled & Only(current)) return current;
  return __builtin_ctz(enabled);
}

// How a choice is written down: 0 is the default, the others follow in order.
constexpr int IndexOf(ProcSet enabled, Proc current, Proc proc) {
  const Proc first = DefaultProc(enabled, current);
  if (proc == first) return 0;
  const ProcSet before = enabled & ~Only(first) & (Only(proc) - 1);
  return 1 + CountOf(before);
}
// The inverse; -1 if there is no such proc.
constexpr Proc ProcAt(ProcSet enabled, Proc current, int index) {
  const Proc first = DefaultProc(enabled, current);
  if (index == 0) return first;
  enabled &= ~Only(first);
  for (; enabled != 0; enabled &= enabled - 1) {
    if (--index == 0) return __builtin_ctz(enabled);
  }
  return -1;
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_CHOOSER_H_

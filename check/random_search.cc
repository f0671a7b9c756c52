// SPDX-License-Identifier: BSD-2-Clause
#include "check/random_search.h"

#include <algorithm>

namespace knotestat::check {
namespace {

// Half of the loads see the newest value that they may.
int SomeValue(Random& random, int count) {
  return random.Below(2) == 0 ? 0 : random.Below(count);
}

}  // namespace

Proc RandomWalk::PickProc(const Pending&, ProcSet enabled, Proc) {
  if ((enabled & (enabled - 1)) == 0) return __builtin_ctz(enabled);
  for (int skip = random_.Below(CountOf(enabled)); skip > 0; --skip)
    enabled &= enabled - 1;
  return __builtin_ctz(enabled);
}

int RandomWalk::PickValue(int count) { return SomeValue(random_, count); }

void Pct::Begin() {
  longest_ = std::max(longest_, step_);
  step_ = 0;
  lowest_ = 0;
  for (int i = 0; i < kMaxProcs; ++i) {
    const int other = random_.Below(i + 1);
    priorities_[i] = priorities_[other];
    priorities_[other] = i + 1;
  }
  changes_.clear();
  for (int i = 1; i < depth_; ++i) changes_.push_back(random_.Below(longest_));
}

Proc Pct::PickProc(const Pending&, ProcSet enabled, Proc) {
  Proc best = -1;
  for (ProcSet rest = enabled; rest != 0; rest &= rest - 1) {
    const Proc proc = __builtin_ctz(rest);
    if (best < 0 || priorities_[proc] > priorities_[best]) best = proc;
  }
  ++step_;
  if (std::find(changes_.begin(), changes_.end(), step_) != changes_.end())
    priorities_[best] = --lowest_;
  return best;
}

int Pct::PickValue(int count) { return SomeValue(random_, count); }

}  // namespace knotestat::check

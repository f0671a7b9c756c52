// Schedules by chance, for configurations that are too large to exhaust. The
// same seed takes the same schedules.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_RANDOM_SEARCH_H_
#define KNOTESTAT_CHECK_RANDOM_SEARCH_H_

#include <vector>

#include "check/chooser.h"

namespace knotestat::check {

// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  int Below(int bound) {
    return static_cast<int>((Next() >> 32) * static_cast<uint64_t>(bound) >>
                            32);
  }

 private:
  uint64_t state_;
};

// Every step to whoever the dice say; loads prefer new values.
class RandomWalk final : public Chooser {
 public:
  explicit RandomWalk(uint64_t seed) : random_(seed) {}
  Proc PickProc(const Pending&, ProcSet enabled, Proc current) override;
  int PickValue(int count) override;

 private:
  Random random_;
};

// Probabilistic concurrency testing: random priorities, lowered at `depth` - 1
// random steps. A fault that needs `depth` orderings among n procs and k steps
// is found with a probability of at least 1 / (n k^(depth-1)) a schedule.
// Source: Burckhardt et al., ASPLOS 2010.
class Pct final : public Chooser {
 public:
  Pct(uint64_t seed, int depth) : random_(seed), depth_(depth) {}
  void Begin() override;
  Proc PickProc(const Pending&, ProcSet enabled, Proc current) override;
  int PickValue(int count) override;

 private:
  Random random_;
  const int depth_;
  int step_ = 0;
  int longest_ = 40;  // steps that an execution had so far
  int lowest_ = 0;
  int priorities_[kMaxProcs] = {};
  std::vector<int> changes_;  // steps
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_RANDOM_SEARCH_H_

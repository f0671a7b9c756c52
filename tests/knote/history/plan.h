// What each thread of a run does: decided by the seed alone, whatever happens
// meanwhile, so that a seed is a run that can be tried again.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_HISTORY_PLAN_H_
#define KNOTESTAT_TESTS_KNOTE_HISTORY_PLAN_H_

#include <random>

#include "tests/knote/history/history.h"

namespace knote::history {

enum class Action {
  kAdd,
  kDelete,
  kEnable,
  kDisable,
  kTrigger,
  kScan,
  kWritePipe,
  kReadPipe,
  kReopenPipe,
  kDupPipe,  // watch the copy, close it
  kPulse,
  kReplaceDevice,  // klist_fini()
  kReopenDevice,
  kReopenKqueue,
};

// How many of 100 steps do what; indexed by Action.
inline constexpr int kShares[] = {22, 8, 8, 5, 14, 19, 6, 5, 2, 3, 4, 1, 2, 1};

struct Step {
  Action action = Action::kScan;
  uint32_t kqueue = 0, object = 0, which = 0, amount = 0;  // any number
};

inline std::vector<Step> PlanOf(uint64_t seed, int thread, size_t steps) {
  std::mt19937_64 random(seed * 1'000'003 + static_cast<uint64_t>(thread));
  std::vector<Step> plan(steps);
  for (Step& step : plan) {
    auto share = static_cast<int>(random() % 100);
    int action = 0;
    while (share >= kShares[action]) share -= kShares[action++];
    step.action = static_cast<Action>(action);
    for (uint32_t* number :
         {&step.kqueue, &step.object, &step.which, &step.amount})
      *number = static_cast<uint32_t>(random() >> 40);
  }
  return plan;
}

// The mode of all knotes of that name. On the kqueue at which a thread sleeps
// none stays active.
inline Mode ModeOf(const Key& key) {
  if (key.filter == EVFILT_TIMER)
    return key.ident % 2 == 0 ? Mode::kPeriodic : Mode::kOneshot;
  const auto mode = static_cast<Mode>(key.ident % 4);
  return mode == Mode::kLevel && key.kqueue == 2 ? Mode::kClear : mode;
}

inline uint32_t FlagsOf(Mode mode) {
  switch (mode) {
    case Mode::kLevel:
      return 0;
    case Mode::kClear:
    case Mode::kPeriodic:
      return EV_CLEAR;
    case Mode::kOneshot:
      return EV_ONESHOT;
    case Mode::kDispatch:
      return EV_DISPATCH;
  }
  return 0;
}

}  // namespace knote::history

#endif  // KNOTESTAT_TESTS_KNOTE_HISTORY_PLAN_H_

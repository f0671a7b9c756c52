// timer_detach: EV_DELETE of timers that are about to fire. FreeBSD D30251 and
// two syzbot reports are callouts that run on a knote that is gone; DragonFly
// has KN_DELETING for it.
//
// Expected: once EV_DELETE has returned, the timer does not fire.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <random>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr int kTimers = 200;

void TimerDetach(Stage& stage) {
  std::mt19937_64 random(1);
  stage.Start("user", [&](Actor& me) {
    for (uintptr_t ident = 1; ident <= kTimers; ++ident) {
      kevent change{.ident = ident,
                    .filter = EVFILT_TIMER,
                    .flags = EV_ADD,
                    .fflags = NOTE_USECONDS,
                    .data = 50};
      if (me.Change(change) != 0) stage.Wrong("a timer was refused");
      HwEnv::Sleep(random() % 100'000);
      change.flags = EV_DELETE;
      if (me.Change(change) != 0) stage.Wrong("a timer was not there");
      if (me.Scan() != 0) stage.Wrong("an event of a timer that was deleted");
      stage.Progress();
    }
    HwEnv::Sleep(1'000'000);
    if (me.Scan() != 0) stage.Wrong("a deleted timer fired");
  });
  stage.Join();
}

const TruthWorkloadRegistration timer_detach_registration({
    .name = "timer_detach",
    .summary = "EV_DELETE of 200 timers that are about to fire",
    .question = "does a timer fire after it was deleted?",
    .play = TimerDetach,
});

}  // namespace
}  // namespace knote::truth

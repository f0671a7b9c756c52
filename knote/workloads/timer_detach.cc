// timer_detach: EV_DELETE of timers that are about to fire. FreeBSD D30251 and
// two syzbot reports are callouts that run on a knote that is gone; DragonFly
// has KN_DELETING for it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <random>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kTimers{.name = "timers",
                            .summary = "timers, one after the other",
                            .unit = "timers",
                            .usual = 200,
                            .least = 1,
                            .most = 10'000};
constexpr Parameter kDelay{.name = "delay_us",
                           .summary = "time until a timer fires",
                           .unit = "us",
                           .usual = 50,
                           .least = 1,
                           .most = 10'000};

void TimerDetach(Stage& stage) {
  std::mt19937_64 random(1);
  const auto timers = static_cast<uintptr_t>(stage.Value(kTimers));
  const int64_t delay_us = stage.Value(kDelay);
  stage.Start("user", [&](Actor& me) {
    for (uintptr_t ident = 1; ident <= timers; ++ident) {
      kevent change{.ident = ident,
                    .filter = EVFILT_TIMER,
                    .flags = EV_ADD,
                    .fflags = NOTE_USECONDS,
                    .data = delay_us};
      if (me.Change(change) != 0) stage.Wrong("a timer was refused");
      HwEnv::Sleep(random() % (2'000 * static_cast<uint64_t>(delay_us)));
      change.flags = EV_DELETE;
      if (me.Change(change) != 0) stage.Wrong("a timer was not there");
      if (me.Scan() != 0) stage.Wrong("an event of a timer that was deleted");
      stage.Progress();
    }
    HwEnv::Sleep(1'000'000 + 1'000 * static_cast<uint64_t>(delay_us));
    if (me.Scan() != 0) stage.Wrong("a deleted timer fired");
  });
  stage.Join();
}

const TruthWorkloadRegistration timer_detach_registration({
    .name = "timer_detach",
    .summary = "EV_DELETE of many timers that are about to fire",
    .question = "does a timer fire after it was deleted?",
    .expected = "Once EV_DELETE has returned, the timer does not fire.",
    .parameters = {kTimers, kDelay},
    .play = TimerDetach,
});

}  // namespace
}  // namespace knote::truth

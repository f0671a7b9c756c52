// three_way_detach: EV_DELETE, the close of the descriptor and klist_fini() of
// the device, all at once. OpenBSD 4c035d07 is about dangling knotes left by
// such a race.
//
// Expected: exactly one of the three takes the knote off, under every strategy.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr int kThreeWayDetaches = 100;

void DetachThreeWays(Stage& stage, Device& a) {
  std::atomic<int> fd{-1};
  std::barrier ready(3);
  Actor& owner = stage.Start("owner", [&](Actor& me) {
    fd.store(me.Watch(a));
    ready.arrive_and_wait();
    me.Change({.ident = static_cast<uintptr_t>(fd.load()),
               .filter = EVFILT_READ,
               .flags = EV_DELETE});
  });
  stage.Start(
      "closer",
      [&](Actor& me) {
        ready.arrive_and_wait();
        me.thread().Close(fd.load());
      },
      &owner);
  stage.Start("writer", [&](Actor& me) {
    ready.arrive_and_wait();
    me.Fini(a);
  });
  stage.Join();
  if (const uint64_t times = a.detaches() + a.neutered(); times != 1)
    stage.Wrong("a knote was detached " + std::to_string(times) + " times");
}

void ThreeWayDetach(Stage& stage) {
  for (int round = 0; round < kThreeWayDetaches; ++round)
    DetachThreeWays(stage, stage.AddDevice("A" + std::to_string(round)));
}

const TruthWorkloadRegistration three_way_detach_registration({
    .name = "three_way_detach",
    .summary = "EV_DELETE, close() and klist_fini() at once, 100 times",
    .question = "is every knote detached exactly once?",
    .play = ThreeWayDetach,
});

}  // namespace
}  // namespace knote::truth

// three_way_detach: EV_DELETE, the close of the descriptor and klist_fini() of
// the device, all at once. OpenBSD 4c035d07 is about dangling knotes left by
// such a race.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{.name = "rounds",
                            .summary = "knotes that are detached",
                            .unit = "rounds",
                            .usual = 100,
                            .least = 1,
                            .most = 5'000};

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
  for (int64_t round = 0; round < stage.Value(kRounds); ++round)
    DetachThreeWays(stage, stage.AddDevice("A" + std::to_string(round)));
}

const TruthWorkloadRegistration three_way_detach_registration({
    .name = "three_way_detach",
    .summary = "EV_DELETE, close() and klist_fini() at once, many times",
    .question = "is every knote detached exactly once?",
    .expected =
        "Exactly one of the three takes the knote off, under every strategy.",
    .parameters = {kRounds},
    .play = ThreeWayDetach,
});

}  // namespace
}  // namespace knote::truth

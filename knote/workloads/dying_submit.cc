// dying_submit: an event is submitted to a knote while EV_DELETE takes it away.
// nextbsd-kernel #166 and FreeBSD PR 291005 queue a knote that is in flux.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{.name = "rounds",
                            .summary = "knotes that are submitted to",
                            .unit = "rounds",
                            .usual = 100,
                            .least = 1,
                            .most = 5'000};

void SubmitWhileDying(Stage& stage, Device& a) {
  std::barrier ready(2);
  stage.Start("owner", [&](Actor& me) {
    const int fd = me.Watch(a);
    a.SetReady(true);
    ready.arrive_and_wait();
    me.Change({.ident = static_cast<uintptr_t>(fd),
               .filter = EVFILT_READ,
               .flags = EV_DELETE});
    if (me.Scan() != 0) stage.Wrong("an event of a knote that was deleted");
    ready.arrive_and_wait();
    if (me.Scan() != 0) stage.Wrong("a deleted knote was queued");
  });
  stage.Start("interrupt", [&](Actor& me) {
    ready.arrive_and_wait();
    me.Submit(a);
    ready.arrive_and_wait();
  });
  stage.Join();
}

void DyingSubmit(Stage& stage) {
  for (int64_t round = 0; round < stage.Value(kRounds); ++round)
    SubmitWhileDying(stage, stage.AddDevice("A" + std::to_string(round)));
}

const TruthWorkloadRegistration dying_submit_registration({
    .name = "dying_submit",
    .summary = "KNOTE() on a knote that EV_DELETE takes away, many times",
    .question = "is a dying knote kept off the queue?",
    .expected = "Once EV_DELETE has returned, no event of the knote comes.",
    .parameters = {kRounds},
    .play = DyingSubmit,
});

}  // namespace
}  // namespace knote::truth

// nested_kqueues: a chain of kqueues, each watching the next, over a pipe. An
// event wakes all of them, one inside the other: OpenBSD's regress tests 3 and
// 4, its commit d0fd4be4 ("lock order troubles"); XNU stops at 10, FreeBSD
// defers to a taskqueue. A cycle would wait for itself.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kDepth{.name = "depth",
                           .summary = "kqueues in the longest chain",
                           .unit = "kqueues",
                           .usual = 500,
                           .least = 1,
                           .most = 2'000};
constexpr Parameter kCycle{
    .name = "cycle",
    .summary =
        "kqueues in the circle that is tried, at most those of the chain",
    .unit = "kqueues",
    .usual = 500,
    .least = 1,
    .most = 2'000};

void Chain(Stage& stage, Actor& me, int64_t depth, int64_t cycle_length) {
  int fds[2];
  if (me.thread().Pipe(fds, true) != 0) stage.Wrong("no pipe");
  std::vector<int> chain{fds[0]};
  struct kevent event;
  const timespec now{0, 0};
  for (int64_t i = 0; i < depth; ++i) {
    const int kq = me.thread().Kqueue();
    const kevent add{.ident = static_cast<uintptr_t>(chain.back()),
                     .filter = EVFILT_READ,
                     .flags = EV_ADD};
    if (me.thread().Kevent(kq, &add, 1, nullptr, 0, nullptr) != 0)
      stage.Wrong("a kqueue in a kqueue was refused");
    chain.push_back(kq);
    stage.Progress();
  }
  if (me.thread().Kevent(chain.back(), nullptr, 0, &event, 1, &now) != 0)
    stage.Wrong("an event before anything happened");
  me.thread().Write(fds[1], "x", 1);
  if (me.thread().Kevent(chain.back(), nullptr, 0, &event, 1, &now) != 1)
    stage.Wrong("the event did not come to the end of the chain");
  const kevent cycle{.ident = static_cast<uintptr_t>(chain.back()),
                     .filter = EVFILT_READ,
                     .flags = EV_ADD};
  const int first =
      chain[static_cast<size_t>(depth + 1 - std::min(depth, cycle_length))];
  if (me.thread().Kevent(first, &cycle, 1, nullptr, 0, nullptr) != -ELOOP)
    stage.Wrong("a cycle of kqueues was not refused");
  for (const int fd : chain) me.thread().Close(fd);
  me.thread().Close(fds[1]);
}

void NestedKqueues(Stage& stage) {
  const int64_t longest = stage.Value(kDepth), cycle = stage.Value(kCycle);
  stage.Start("user", [&](Actor& me) {
    for (int64_t depth = 1; depth < longest; depth *= 10)
      Chain(stage, me, depth, cycle);
    Chain(stage, me, longest, cycle);
  });
  stage.Join();
}

const TruthWorkloadRegistration nested_kqueues_registration({
    .name = "nested_kqueues",
    .summary = "chains of 1 to 500 kqueues, and a cycle",
    .question = "does an event reach the end of a chain of kqueues?",
    .expected =
        "Chains of 1 to 500 report the event at their end; closing a chain to "
        "a cycle is refused with ELOOP.",
    .parameters = {kDepth, kCycle},
    .play = NestedKqueues,
});

}  // namespace
}  // namespace knote::truth

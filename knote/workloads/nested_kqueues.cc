// nested_kqueues: a chain of kqueues, each watching the next, over a pipe. An
// event wakes all of them, one inside the other: OpenBSD's regress tests 3 and
// 4, its commit d0fd4be4 ("lock order troubles"); XNU stops at 10, FreeBSD
// defers to a taskqueue. A cycle would wait for itself.
//
// Expected: chains of 1 to 500 report the event at their end; closing a chain
// to a cycle is refused with ELOOP.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void Chain(Stage& stage, Actor& me, int depth) {
  int fds[2];
  if (me.thread().Pipe(fds, true) != 0) stage.Wrong("no pipe");
  std::vector<int> chain{fds[0]};
  struct kevent event;
  const timespec now{0, 0};
  for (int i = 0; i < depth; ++i) {
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
  if (depth > 1 &&
      me.thread().Kevent(chain[1], &cycle, 1, nullptr, 0, nullptr) != -ELOOP)
    stage.Wrong("a cycle of kqueues was not refused");
  for (const int fd : chain) me.thread().Close(fd);
  me.thread().Close(fds[1]);
}

void NestedKqueues(Stage& stage) {
  stage.Start("user", [&](Actor& me) {
    for (const int depth : {1, 10, 100, 500}) Chain(stage, me, depth);
  });
  stage.Join();
}

const TruthWorkloadRegistration nested_kqueues_registration({
    .name = "nested_kqueues",
    .summary = "chains of 1 to 500 kqueues, and a cycle",
    .question = "does an event reach the end of a chain of kqueues?",
    .play = NestedKqueues,
});

}  // namespace
}  // namespace knote::truth

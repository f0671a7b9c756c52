// descriptor_reuse: EV_ADD on a descriptor while another thread closes it and
// its number goes to another file. FreeBSD PR 293382: a knote whose file is not
// the one that its number names.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{.name = "rounds",
                            .summary = "descriptors that are reused",
                            .unit = "rounds",
                            .usual = 100,
                            .least = 1,
                            .most = 10'000};

void OpenFull(Actor& me, int fds[2]) {
  if (me.thread().Pipe(fds, true) != 0) me.stage().Wrong("no pipe");
  if (me.thread().Write(fds[1], "x", 1) != 1) me.stage().Wrong("no write");
}

void DescriptorReuse(Stage& stage) {
  std::barrier ready(2);
  std::atomic<int> fd{-1};
  const int64_t rounds = stage.Value(kRounds);
  Actor& owner = stage.Start("owner", [&](Actor& me) {
    for (int64_t round = 0; round < rounds; ++round) {
      int old_pair[2], new_pair[2];
      OpenFull(me, old_pair);
      fd.store(old_pair[0]);
      ready.arrive_and_wait();
      me.thread().Close(old_pair[0]);
      me.thread().Close(old_pair[1]);
      if (me.thread().Pipe(new_pair, true) != 0) stage.Wrong("no second pipe");
      ready.arrive_and_wait();
      if (new_pair[0] != old_pair[0]) stage.Wrong("the number was not reused");
      if (me.Scan() != 0) stage.Wrong("an event of a file that was closed");
      me.thread().Close(new_pair[0]);
      me.thread().Close(new_pair[1]);
      stage.Progress();
    }
  });
  stage.Start(
      "registrant",
      [&](Actor& me) {
        for (int64_t round = 0; round < rounds; ++round) {
          ready.arrive_and_wait();
          me.Change({.ident = static_cast<uintptr_t>(fd.load()),
                     .filter = EVFILT_READ,
                     .flags = EV_ADD});
          ready.arrive_and_wait();
        }
      },
      &owner);
  stage.Join();
}

const TruthWorkloadRegistration descriptor_reuse_registration({
    .name = "descriptor_reuse",
    .summary = "EV_ADD while the descriptor is closed and reused, many times",
    .question = "does a new file report what the old one had?",
    .expected =
        "The new file, which has nothing to read, never reports that the old "
        "one had.",
    .parameters = {kRounds},
    .play = DescriptorReuse,
});

}  // namespace
}  // namespace knote::truth

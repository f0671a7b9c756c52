// sleeper_not_woken: a thread sleeps in kevent() on a device that goes.
// NetBSD's klist_fini() posts nothing, so it sleeps on; OpenBSD's
// klist_invalidate() wakes it with EOF.
//
// Expected: the sleeper's own timeout ends its sleep, with no event.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr uint64_t kTimeoutNs = 100'000'000;

void SleeperNotWoken(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<bool> watched{false};
  stage.Start("consumer", [&](Actor& me) {
    me.Watch(a);
    watched.store(true);
    const uint64_t begin = HwEnv::Now();
    if (me.Scan(kTimeoutNs) != 0)
      stage.Wrong("an event of a device that posted none");
    stage.Measured({"a sleeper in kevent() with a timeout of 100 ms slept",
                    static_cast<double>(HwEnv::Now() - begin) / 1e6, "ms"});
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the consumer", [&] { return watched.load(); });
    HwEnv::Sleep(kTimeoutNs / 5);
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration sleeper_not_woken_registration({
    .name = "sleeper_not_woken",
    .summary = "a device goes while a thread sleeps on it in kevent()",
    .question = "who tells a sleeper that its device is gone? (nobody)",
    .play = SleeperNotWoken,
});

}  // namespace
}  // namespace knote::truth

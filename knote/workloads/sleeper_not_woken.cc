// sleeper_not_woken: a thread sleeps in kevent() on a device that goes.
// NetBSD's klist_fini() posts nothing, so it sleeps on; OpenBSD's
// klist_invalidate() wakes it with EOF.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kTimeout{.name = "timeout_ms",
                             .summary = "the sleeper's timeout",
                             .unit = "ms",
                             .usual = 100,
                             .least = 5,
                             .most = 900};

void SleeperNotWoken(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const int64_t timeout_ms = stage.Value(kTimeout);
  const auto timeout_ns = static_cast<uint64_t>(timeout_ms) * 1'000'000;
  std::atomic<bool> watched{false};
  stage.Start("consumer", [&](Actor& me) {
    me.Watch(a);
    watched.store(true);
    const uint64_t begin = HwEnv::Now();
    if (me.Scan(timeout_ns) != 0)
      stage.Wrong("an event of a device that posted none");
    stage.Measured({"a sleeper in kevent() with a timeout of " +
                        std::to_string(timeout_ms) + " ms slept",
                    static_cast<double>(HwEnv::Now() - begin) / 1e6, "ms"});
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the consumer", [&] { return watched.load(); });
    HwEnv::Sleep(timeout_ns / 5);
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration sleeper_not_woken_registration({
    .name = "sleeper_not_woken",
    .summary = "a device goes while a thread sleeps on it in kevent()",
    .question = "who tells a sleeper that its device is gone? (nobody)",
    .expected = "The sleeper's own timeout ends its sleep, with no event.",
    .parameters = {kTimeout},
    .play = SleeperNotWoken,
});

}  // namespace
}  // namespace knote::truth

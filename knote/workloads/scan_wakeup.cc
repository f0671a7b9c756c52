// scan_wakeup: two threads scan one kqueue for a device that stays ready, and
// never wait. A scan takes the knote off the queue around f_event, so that the
// other finds nothing: golang/go #42515, NetBSD PR kern/50094. The longer
// f_event takes, the wider the window.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kScans{.name = "scans",
                           .summary = "scans by each thread",
                           .unit = "scans",
                           .usual = 2'000,
                           .least = 1,
                           .most = 100'000};
constexpr Parameter kThreads{.name = "threads",
                             .summary = "threads that scan the kqueue",
                             .unit = "threads",
                             .usual = 2,
                             .least = 2,
                             .most = 64};
constexpr Parameter kHold{.name = "hold_ns",
                          .summary = "time that f_event computes",
                          .unit = "ns",
                          .usual = 1'000,
                          .least = 0,
                          .most = 1'000'000};

void ScanWakeup(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const int64_t scans = stage.Value(kScans), threads = stage.Value(kThreads);
  const auto hold_ns = static_cast<uint64_t>(stage.Value(kHold));
  a.OnEvent([=](Actor&, bool) {
    for (const uint64_t end = HwEnv::Now() + hold_ns; HwEnv::Now() < end;)
      HwEnv::Pause();
  });
  a.SetReady(true);
  std::atomic<int> missed{0};
  std::barrier ready(threads);
  const auto scan = [&](Actor& me) {
    ready.arrive_and_wait();
    for (int64_t i = 0; i < scans; ++i)
      if (me.Scan(0, 1) != 1) missed.fetch_add(1);
    ready.arrive_and_wait();
  };
  Actor& owner = stage.Start("owner", [&](Actor& me) {
    me.Watch(a);
    a.Arm();
    scan(me);
  });
  for (int64_t i = 2; i <= threads; ++i)
    stage.Start(i == 2 ? "other" : "other " + std::to_string(i - 1), scan,
                &owner);
  stage.Join();
  if (missed.load() != 0)
    stage.Wrong(std::to_string(missed.load()) + " scans missed the event");
}

const TruthWorkloadRegistration scan_wakeup_registration({
    .name = "scan_wakeup",
    .summary = "threads scan one kqueue without waiting, thousands of times",
    .question = "does a scan miss an event that another has in its hands?",
    .expected =
        "The other waits for the marker, and gets the event, every time.",
    .parameters = {kScans, kThreads, kHold},
    .play = ScanWakeup,
});

}  // namespace
}  // namespace knote::truth

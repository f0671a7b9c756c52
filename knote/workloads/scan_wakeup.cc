// scan_wakeup: two threads scan one kqueue for a device that stays ready, and
// never wait. A scan takes the knote off the queue around f_event, so that the
// other finds nothing: golang/go #42515, NetBSD PR kern/50094. The longer
// f_event takes, the wider the window.
//
// Expected: the other waits for the marker, and gets the event, every time.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <barrier>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr int kScans = 2'000;

void ScanWakeup(Stage& stage) {
  Device& a = stage.AddDevice("A");
  a.OnEvent([](Actor&, bool) {
    for (int turn = 0; turn < 20; ++turn) HwEnv::Pause();
  });
  a.SetReady(true);
  std::atomic<int> missed{0};
  std::barrier ready(2);
  const auto scan = [&](Actor& me) {
    ready.arrive_and_wait();
    for (int i = 0; i < kScans; ++i)
      if (me.Scan(0, 1) != 1) missed.fetch_add(1);
    ready.arrive_and_wait();
  };
  Actor& owner = stage.Start("owner", [&](Actor& me) {
    me.Watch(a);
    a.Arm();
    scan(me);
  });
  stage.Start("other", scan, &owner);
  stage.Join();
  if (missed.load() != 0)
    stage.Wrong(std::to_string(missed.load()) + " scans missed the event");
}

const TruthWorkloadRegistration scan_wakeup_registration({
    .name = "scan_wakeup",
    .summary = "two threads scan one kqueue without waiting, 2,000 times each",
    .question = "does a scan miss an event that another has in its hands?",
    .play = ScanWakeup,
});

}  // namespace
}  // namespace knote::truth

// blocking_f_event: f_event sleeps in its section while klist_fini() waits.
// FreeBSD has filters that do ("ZFS ... getattr implementation may sleep", the
// reason of its KNF_NOKQLOCK); filt_timerdetach() waits for a callout; netmap's
// f_event moves packets.
//
// Expected: klist_fini() takes as long as the sleep. Mechanisms whose readers
// may not sleep (rmlock, spinning locks) are seen doing what they forbid.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr uint64_t kSleepNs = 20'000'000;

void BlockingFEvent(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<bool> inside{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    HwEnv::Sleep(kSleepNs);
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    const uint64_t ns = me.Fini(a);
    stage.Measured({"klist_fini() behind a reader that slept for 20 ms",
                    static_cast<double>(ns) / 1e6, "ms"});
  });
  stage.Join();
}

const TruthWorkloadRegistration blocking_f_event_registration({
    .name = "blocking_f_event",
    .summary = "f_event sleeps inside its section while klist_fini() waits",
    .question = "may a driver sleep in f_event?",
    .promise = &StrategyInfo::reader_may_block,
    .promise_text = "a reader may sleep in its section",
    .sighting = &Sightings::slept,
    .play = BlockingFEvent,
});

}  // namespace
}  // namespace knote::truth

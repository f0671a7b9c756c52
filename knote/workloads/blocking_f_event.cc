// blocking_f_event: f_event sleeps in its section while klist_fini() waits.
// FreeBSD has filters that do ("ZFS ... getattr implementation may sleep", the
// reason of its KNF_NOKQLOCK); filt_timerdetach() waits for a callout; netmap's
// f_event moves packets.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/readers.h"
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kSleep{.name = "sleep_ms",
                           .summary = "time that f_event sleeps",
                           .unit = "ms",
                           .usual = 20,
                           .least = 1,
                           .most = 500};

void BlockingFEvent(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const int64_t sleep_ms = stage.Value(kSleep);
  Readers readers(stage);
  a.OnEvent([&](Actor& reader, bool) {
    readers.Enter();
    reader.AwaitFini(a);
    HwEnv::Sleep(static_cast<uint64_t>(sleep_ms) * 1'000'000);
  });
  readers.Start(a);
  stage.Start("writer", [&](Actor& me) {
    readers.AwaitInside(me);
    const uint64_t ns = me.Fini(a);
    stage.Measured({"klist_fini() behind a reader that slept for " +
                        std::to_string(sleep_ms) + " ms",
                    static_cast<double>(ns) / 1e6, "ms"});
  });
  stage.Join();
}

const TruthWorkloadRegistration blocking_f_event_registration({
    .name = "blocking_f_event",
    .summary = "f_event sleeps inside its section while klist_fini() waits",
    .question = "may a driver sleep in f_event?",
    .expected =
        "Klist_fini() takes as long as the sleep. Mechanisms whose readers "
        "may not sleep (rmlock, spinning locks) are seen doing what they "
        "forbid.",
    .promise = &StrategyInfo::reader_may_block,
    .promise_text = "a reader may sleep in its section",
    .sighting = &Sightings::slept,
    .parameters = {kSleep, Readers::kReaders},
    .play = BlockingFEvent,
});

}  // namespace
}  // namespace knote::truth

// spin_lock_entry: an interrupt has the object lock and enters a section, a
// reader has a section and wants the object lock, a writer waits. Why NetBSD
// calls KNOTE() by contract: its foplock sleeps.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kPatience{
    .name = "patience_ms",
    .summary = "time that the reader waits for the interrupt",
    .unit = "ms",
    .usual = 50,
    .least = 10,
    .most = 900};

void SpinLockEntry(Stage& stage) {
  Device& a = stage.AddDevice("A");
  Device& b = stage.AddDevice("B");
  const auto patience_ns =
      static_cast<uint64_t>(stage.Value(kPatience)) * 1'000'000;
  std::atomic<bool> inside{false}, submitted_to{false};
  a.OnEvent([&](Actor& actor, bool submitted) {
    if (submitted) return;
    inside.store(true);
    actor.AwaitFini(b);
    actor.AwaitFor("the interrupt", patience_ns,
                   [&] { return submitted_to.load(); });
    actor.TouchLock(a);
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(b);
  });
  stage.Start("interrupt", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.AwaitFini(b);
    me.Submit(a);
    submitted_to.store(true);
  });
  stage.Join();
}

const TruthWorkloadRegistration spin_lock_entry_registration({
    .name = "spin_lock_entry",
    .summary = "KNOTE() enters a section under the object lock, a writer waits",
    .question = "may an interrupt enter a section under its driver's lock?",
    .expected =
        "With a lock that a waiting writer keeps new readers out of, all "
        "three wait for each other. A lock per klist is safe here, because "
        "nobody submits to a device that detaches.",
    .promise = &StrategyInfo::enter_under_spin_lock,
    .promise_text = "a section may begin under a spin or object lock",
    .sighting = &Sightings::entered_locked,
    .parameters = {kPatience},
    .play = SpinLockEntry,
});

}  // namespace
}  // namespace knote::truth

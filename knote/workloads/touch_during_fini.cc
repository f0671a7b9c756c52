// touch_during_fini: EVFILT_USER is triggered while klist_fini() of a device
// waits. NetBSD calls f_touch with kq_lock held, so that a section around it
// may not sleep; it restricts which filters have one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kPatience{
    .name = "patience_ms",
    .summary = "time that the reader waits for the user event",
    .unit = "ms",
    .usual = 300,
    .least = 10,
    .most = 4'000};

void TouchDuringFini(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const auto patience_ns =
      static_cast<uint64_t>(stage.Value(kPatience)) * 1'000'000;
  std::atomic<bool> inside{false}, touched{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    if (!reader.AwaitFor("the trigger", patience_ns,
                         [&] { return touched.load(); }))
      stage.Note("a user event stood still while klist_fini() of A waited");
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("user", [&](Actor& me) {
    kevent change{
        .ident = 1, .filter = EVFILT_USER, .flags = EV_ADD | EV_CLEAR};
    me.Change(change);
    me.AwaitFini(a);
    change.flags = 0;
    change.fflags = NOTE_TRIGGER;
    if (me.Change(change) != 0) stage.Wrong("NOTE_TRIGGER was refused");
    touched.store(true);
    if (me.Scan() != 1) stage.Wrong("a triggered event was not delivered");
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration touch_during_fini_registration({
    .name = "touch_during_fini",
    .summary = "f_touch of a user event while klist_fini() waits",
    .question = "do events that belong to no device go on meanwhile?",
    .expected =
        "F_touch takes no section here and passes; the f_event that follows "
        "it stalls where a waiting writer keeps all new readers out.",
    .parameters = {kPatience},
    .play = TouchDuringFini,
});

}  // namespace
}  // namespace knote::truth

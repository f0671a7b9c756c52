// late_attach: EV_ADD on a device that is being detached, before and after
// klist_fini() has returned. OpenBSD's klist_invalidate() says that it is
// tricky to clear knotes and prevent new ones from being registered.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kPatience{
    .name = "patience_ms",
    .summary = "time that the reader waits for the late one",
    .unit = "ms",
    .usual = 300,
    .least = 10,
    .most = 4'000};

void LateAttach(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const auto patience_ns =
      static_cast<uint64_t>(stage.Value(kPatience)) * 1'000'000;
  std::atomic<bool> inside{false}, refused{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    reader.AwaitFor("the late one", patience_ns,
                    [&] { return refused.load(); });
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("late", [&](Actor& me) {
    me.AwaitFini(a);
    if (me.Watch(a) != -ENXIO)
      stage.Wrong("a knote was attached while klist_fini() waited");
    refused.store(true);
    me.Await("klist_fini()", [&] { return a.fini_done(); });
    if (me.Watch(a) != -ENXIO)
      stage.Wrong("a knote was attached after klist_fini()");
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration late_attach_registration({
    .name = "late_attach",
    .summary = "EV_ADD on a device that is being detached",
    .question = "is a late knote refused?",
    .expected = "ENXIO under every strategy, and nothing is left behind.",
    .parameters = {kPatience},
    .play = LateAttach,
});

}  // namespace
}  // namespace knote::truth

// late_attach: EV_ADD on a device that is being detached, before and after
// klist_fini() has returned. OpenBSD's klist_invalidate() says that it is
// tricky to clear knotes and prevent new ones from being registered.
//
// Expected: ENXIO under every strategy, and nothing is left behind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void LateAttach(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<bool> inside{false}, refused{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    reader.AwaitFor("the late one", 300'000'000,
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
    .play = LateAttach,
});

}  // namespace
}  // namespace knote::truth

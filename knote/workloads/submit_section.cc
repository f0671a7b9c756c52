// submit_section: an interrupt is in f_event, called by KNOTE(), when the
// device goes; the driver does not look whether it detaches (NetBSD's contract
// says it must; FreeBSD review 17727 is a klist freed under such a caller).
//
// Expected: where KNOTE() enters a section, klist_fini() waits for it. Where it
// goes by contract, the f_event runs on after klist_fini() has returned.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void SubmitSection(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<bool> watched{false}, inside{false};
  a.OnEvent([&](Actor& interrupt, bool) {
    inside.store(true);
    interrupt.AwaitFini(a);
  });
  stage.Start("user", [&](Actor& me) {
    me.Watch(a);
    a.Arm();
    watched.store(true);
  });
  stage.Start("interrupt", [&](Actor& me) {
    me.Await("the user", [&] { return watched.load(); });
    me.SubmitRegardless(a);
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the interrupt", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration submit_section_registration({
    .name = "submit_section",
    .summary = "klist_fini() while KNOTE() is inside f_event",
    .question = "does klist_fini() wait for a submission, too?",
    .promise = &StrategyInfo::covers_submit,
    .promise_text = "KNOTE() runs inside a section",
    .play = SubmitSection,
});

}  // namespace
}  // namespace knote::truth

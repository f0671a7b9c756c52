// submit_section: an interrupt is in f_event, called by KNOTE(), when the
// device goes; the driver does not look whether it detaches (NetBSD's contract
// says it must; FreeBSD review 17727 is a klist freed under such a caller).
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kInterrupts{.name = "interrupts",
                                .summary = "threads that call KNOTE() at once",
                                .unit = "threads",
                                .usual = 1,
                                .least = 1,
                                .most = 64};

void SubmitSection(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const int64_t interrupts = stage.Value(kInterrupts);
  std::atomic<bool> watched{false};
  std::atomic<int64_t> inside{0};
  a.OnEvent([&](Actor& interrupt, bool) {
    inside.fetch_add(1);
    interrupt.AwaitFini(a);
  });
  stage.Start("user", [&](Actor& me) {
    me.Watch(a);
    a.Arm();
    watched.store(true);
  });
  for (int64_t i = 1; i <= interrupts; ++i) {
    stage.Start(i == 1 ? "interrupt" : "interrupt " + std::to_string(i),
                [&](Actor& me) {
                  me.Await("the user", [&] { return watched.load(); });
                  me.SubmitRegardless(a);
                });
  }
  stage.Start("writer", [&](Actor& me) {
    me.Await("the interrupt", [&] { return inside.load() == interrupts; });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration submit_section_registration({
    .name = "submit_section",
    .summary = "klist_fini() while KNOTE() is inside f_event",
    .question = "does klist_fini() wait for a submission, too?",
    .expected =
        "Where KNOTE() enters a section, klist_fini() waits for it. Where it "
        "goes by contract, the f_event runs on after klist_fini() has "
        "returned.",
    .promise = &StrategyInfo::covers_submit,
    .promise_text = "KNOTE() runs inside a section",
    .parameters = {kInterrupts},
    .play = SubmitSection,
});

}  // namespace
}  // namespace knote::truth

// broken_contract: a driver calls the f_event of a knote that it remembers,
// without a section and without asking whether the device is still there.
// Nothing protects that.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kInterrupts{
    .name = "interrupts",
    .summary = "threads that call the f_event at once",
    .unit = "threads",
    .usual = 1,
    .least = 1,
    .most = 64};

void BrokenContract(Stage& stage) {
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
    me.Await("klist_fini()", [&] { return a.fini_done(); });
  });
  for (int64_t i = 1; i <= interrupts; ++i) {
    stage.Start(i == 1 ? "interrupt" : "interrupt " + std::to_string(i),
                [&](Actor& me) {
                  me.Await("the user", [&] { return watched.load(); });
                  me.CallEventOutsideSection(a);
                });
  }
  stage.Start("writer", [&](Actor& me) {
    me.Await("the interrupt", [&] { return inside.load() == interrupts; });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration broken_contract_registration({
    .name = "broken_contract",
    .summary = "control: f_event is called outside of any section",
    .question = "is a driver that breaks the contract caught?",
    .expected = "Caught under every strategy, or the oracle is blind.",
    .promise_text = "none: the caller breaks the contract",
    .control = true,
    .parameters = {kInterrupts},
    .play = BrokenContract,
});

}  // namespace
}  // namespace knote::truth

// broken_contract: a driver calls the f_event of a knote that it remembers,
// without a section and without asking whether the device is still there.
// Nothing protects that.
//
// Expected: caught under every strategy, or the oracle is blind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

void BrokenContract(Stage& stage) {
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
    me.Await("klist_fini()", [&] { return a.fini_done(); });
  });
  stage.Start("interrupt", [&](Actor& me) {
    me.Await("the user", [&] { return watched.load(); });
    me.CallEventOutsideSection(a);
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the interrupt", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration broken_contract_registration({
    .name = "broken_contract",
    .summary = "control: f_event is called outside of any section",
    .question = "is a driver that breaks the contract caught?",
    .promise_text = "none: the caller breaks the contract",
    .control = true,
    .play = BrokenContract,
});

}  // namespace
}  // namespace knote::truth

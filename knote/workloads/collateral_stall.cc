// collateral_stall: a slow reader of device A keeps klist_fini() of A waiting;
// meanwhile a reader of device B wants in. The seed's global rwlock, whose
// waiting writer keeps all new readers out.
//
// Expected: stalls with one lock for all that prefers writers; passes with a
// lock per klist or knote, with references and with grace periods.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr uint64_t kNeighbourPatienceNs = 300'000'000;

void CollateralStall(Stage& stage) {
  Device& a = stage.AddDevice("A");
  Device& b = stage.AddDevice("B");
  std::atomic<bool> inside{false}, ready{false}, passed{false};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    if (!reader.AwaitFor("the reader of B", kNeighbourPatienceNs,
                         [&] { return passed.load(); }))
      stage.Note("readers of B stood still while klist_fini() of A waited");
  });
  b.OnEvent([&](Actor&, bool) { passed.store(true); });
  stage.Start("reader of A", [&](Actor& me) {
    me.Await("the reader of B", [&] { return ready.load(); });
    me.Read(a);
  });
  stage.Start("reader of B", [&](Actor& me) {
    b.SetReady(true);
    me.Watch(b);
    b.Arm();
    ready.store(true);
    me.AwaitFini(a);
    me.Scan();
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader of A", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
}

const TruthWorkloadRegistration collateral_stall_registration({
    .name = "collateral_stall",
    .summary = "a reader of B wants in while klist_fini() of A waits",
    .question = "does a detach of one device stop the others' readers?",
    .play = CollateralStall,
});

}  // namespace
}  // namespace knote::truth

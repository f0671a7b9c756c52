// collateral_stall: a slow reader of device A keeps klist_fini() of A waiting;
// meanwhile a reader of device B wants in. The seed's global rwlock, whose
// waiting writer keeps all new readers out.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <vector>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kPatience{
    .name = "patience_ms",
    .summary = "time that the reader of A waits for those of B",
    .unit = "ms",
    .usual = 300,
    .least = 10,
    .most = 4'000};
constexpr Parameter kNeighbours{
    .name = "neighbours",
    .summary = "devices beside A, with a reader each",
    .unit = "devices",
    .usual = 1,
    .least = 1,
    .most = 24};

// Median time of a scan, in ns.
double ScanNs(Actor& me) {
  constexpr size_t kScans = 1'000;
  std::vector<double> ns;
  for (size_t i = 0; i < kScans; ++i) {
    const uint64_t begin = HwEnv::Now();
    me.Scan();
    ns.push_back(static_cast<double>(HwEnv::Now() - begin));
  }
  std::nth_element(ns.begin(), ns.begin() + kScans / 2, ns.end());
  return ns[kScans / 2];
}

void CollateralStall(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const auto patience_ns =
      static_cast<uint64_t>(stage.Value(kPatience)) * 1'000'000;
  const int64_t neighbours = stage.Value(kNeighbours);
  std::atomic<bool> inside{false};
  std::atomic<int64_t> ready{0}, passed{0};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    if (!reader.AwaitFor("the reader of B", patience_ns,
                         [&] { return passed.load() >= neighbours; }))
      stage.Note("readers of B stood still while klist_fini() of A waited");
  });
  stage.Start("reader of A", [&](Actor& me) {
    me.Await("the reader of B", [&] { return ready.load() == neighbours; });
    me.Read(a);
  });
  for (int64_t i = 0; i < neighbours; ++i) {
    const std::string name{static_cast<char>('B' + i)};
    Device& b = stage.AddDevice(name);
    stage.Start("reader of " + name, [&, name](Actor& me) {
      b.SetReady(true);
      me.Watch(b);
      const double alone_ns = ScanNs(me);
      ready.fetch_add(1);
      me.AwaitFini(a);
      const double beside_ns = ScanNs(me);
      const bool in_time = !a.fini_done();
      passed.fetch_add(1);
      if (!in_time || name != "B") return;
      stage.Measured({"a scan of B, median", alone_ns, "ns"});
      stage.Measured(
          {"the same while klist_fini() of A waits", beside_ns, "ns"});
    });
  }
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
    .expected =
        "Stalls with one lock for all that prefers writers; passes with a "
        "lock per klist or knote, with references and with grace periods, "
        "whose readers take as long as before.",
    .parameters = {kPatience, kNeighbours},
    .play = CollateralStall,
});

}  // namespace
}  // namespace knote::truth

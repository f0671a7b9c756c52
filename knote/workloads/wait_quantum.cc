// wait_quantum: how long after its last reader klist_fini() returns. psref(9)
// waits in steps of a clock tick where its wake-up is missed, the old
// pserialize(9) slept for one, OpenBSD's klist_invalidate() for up to 1 s.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <random>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{.name = "rounds",
                            .summary = "detaches",
                            .unit = "rounds",
                            .usual = 30,
                            .least = 1,
                            .most = 1'000};
constexpr Parameter kHold{.name = "hold_ms",
                          .summary = "longest time that the reader stays on",
                          .unit = "ms",
                          .usual = 4,
                          .least = 1,
                          .most = 50};
constexpr double kTickMs = 1;

void WaitQuantum(Stage& stage) {
  std::mt19937_64 random(1);
  std::vector<double> late_us;
  const int64_t rounds = stage.Value(kRounds);
  const auto hold_ns = static_cast<uint64_t>(stage.Value(kHold)) * 1'000'000;
  for (int64_t round = 0; round < rounds; ++round) {
    Device& a = stage.AddDevice("A" + std::to_string(round));
    std::atomic<bool> inside{false};
    std::atomic<uint64_t> left{0};
    const uint64_t more_ns = random() % hold_ns;
    a.OnEvent([&](Actor& reader, bool) {
      inside.store(true);
      reader.AwaitFini(a);
      for (const uint64_t end = HwEnv::Now() + more_ns; HwEnv::Now() < end;)
        HwEnv::Yield();
      left.store(HwEnv::Now());
    });
    stage.Start("reader", [&](Actor& me) { me.Read(a); });
    stage.Start("writer", [&](Actor& me) {
      me.Await("the reader", [&] { return inside.load(); });
      me.Fini(a);
      const uint64_t back = HwEnv::Now();
      const uint64_t leaving = left.load();
      if (leaving != 0)
        late_us.push_back(static_cast<double>(back - leaving) / 1e3);
    });
    stage.Join();
  }
  if (late_us.empty()) return;
  std::sort(late_us.begin(), late_us.end());
  const double median = late_us[late_us.size() / 2];
  stage.Measured(
      {"klist_fini() returned after its last reader, median", median, "us"});
  stage.Measured(
      {"the same, longest of " + std::to_string(rounds), late_us.back(), "us"});
  if (median > kTickMs * 1e3)
    stage.Note("klist_fini() returns a tick after its last reader");
}

const TruthWorkloadRegistration wait_quantum_registration({
    .name = "wait_quantum",
    .summary = "how long after the last reader klist_fini() returns",
    .question = "does the writer look again only at the next tick?",
    .expected =
        "Microseconds, whatever the moment; a wait that looks again at the "
        "next tick shows half of one in the median.",
    .parameters = {kRounds, kHold},
    .play = WaitQuantum,
});

}  // namespace
}  // namespace knote::truth

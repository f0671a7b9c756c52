// writer_starvation: two readers whose sections overlap, without a gap, for
// half a second. rms(9): "Concurrent writers take turns"; rwlock(9) hands the
// lock over.
//
// Expected: a writer that is preferred, or that waits for the readers of one
// moment only, gets through; one that waits for a moment without readers does
// not, until they stop.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr uint64_t kOverlapNs = 500'000'000;

void WriterStarvation(Stage& stage) {
  Device& a = stage.AddDevice("A");
  std::atomic<uint64_t> turn{0}, watching{0};
  const uint64_t begin = HwEnv::Now();
  const auto over = [&] {
    return a.fini_done() || HwEnv::Now() - begin > kOverlapNs;
  };
  // Each stays until the other has come, as long as anybody does.
  a.OnEvent([&](Actor& reader, bool) {
    const uint64_t mine = turn.fetch_add(1) + 1;
    reader.AwaitFor("the other reader", 5'000'000,
                    [&] { return turn.load() > mine || over(); });
  });
  a.SetReady(true);
  const auto read = [&](Actor& me) {
    me.Watch(a);
    if (watching.fetch_add(1) == 1) a.Arm();
    me.Await("the other reader", [&] { return watching.load() == 2; });
    while (!over()) me.Scan();
  };
  stage.Start("reader", read);
  stage.Start("other reader", read);
  stage.Start("writer", [&](Actor& me) {
    me.Await("the readers", [&] { return turn.load() > 10; });
    me.Fini(a);
    if (HwEnv::Now() - begin > kOverlapNs)
      stage.Note("readers that overlap kept klist_fini() out for 0.5 s");
  });
  stage.Join();
}

const TruthWorkloadRegistration writer_starvation_registration({
    .name = "writer_starvation",
    .summary = "klist_fini() against readers whose sections overlap",
    .question = "do readers that never stop starve the writer?",
    .play = WriterStarvation,
});

}  // namespace
}  // namespace knote::truth

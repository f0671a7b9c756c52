// writer_starvation: two readers whose sections overlap, without a gap, for
// half a second. rms(9): "Concurrent writers take turns"; rwlock(9) hands the
// lock over.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kOverlap{.name = "overlap_ms",
                             .summary = "time for which the readers go on",
                             .unit = "ms",
                             .usual = 500,
                             .least = 20,
                             .most = 4'000};
constexpr Parameter kReaders{.name = "readers",
                             .summary = "readers whose sections overlap",
                             .unit = "threads",
                             .usual = 2,
                             .least = 2,
                             .most = 64};

void WriterStarvation(Stage& stage) {
  Device& a = stage.AddDevice("A");
  const int64_t overlap_ms = stage.Value(kOverlap);
  const int64_t readers = stage.Value(kReaders);
  const auto overlap_ns = static_cast<uint64_t>(overlap_ms) * 1'000'000;
  std::atomic<uint64_t> turn{0};
  std::atomic<int64_t> watching{0};
  const uint64_t begin = HwEnv::Now();
  const auto over = [&] {
    return a.fini_done() || HwEnv::Now() - begin > overlap_ns;
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
    if (watching.fetch_add(1) + 1 == readers) a.Arm();
    me.Await("the other reader", [&] { return watching.load() == readers; });
    while (!over()) me.Scan();
  };
  stage.Start("reader", read);
  for (int64_t i = 2; i <= readers; ++i)
    stage.Start(i == 2 ? "other reader" : "reader " + std::to_string(i), read);
  stage.Start("writer", [&](Actor& me) {
    me.Await("the readers", [&] { return turn.load() > 10 || over(); });
    me.Fini(a);
    if (HwEnv::Now() - begin > overlap_ns)
      stage.Note("readers that overlap kept klist_fini() out for " +
                 std::to_string(overlap_ms) + " ms");
  });
  stage.Join();
}

const TruthWorkloadRegistration writer_starvation_registration({
    .name = "writer_starvation",
    .summary = "klist_fini() against readers whose sections overlap",
    .question = "do readers that never stop starve the writer?",
    .expected =
        "A writer that is preferred, or that waits for the readers of one "
        "moment only, gets through; one that waits for a moment without "
        "readers does not, until they stop.",
    .parameters = {kOverlap, kReaders},
    .play = WriterStarvation,
});

}  // namespace
}  // namespace knote::truth

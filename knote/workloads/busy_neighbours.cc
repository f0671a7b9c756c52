// busy_neighbours: device A detaches while readers of device B follow each
// other, each staying until after the next has come. A grace period that counts
// who is inside, and not since when, waits for them all; our own epoch did for
// an afternoon.
//
// The last reader stays until klist_fini() is done. So many have come before it
// that even an epoch that has to advance several times has.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kReaders{.name = "readers",
                             .summary = "readers of B, one after the other",
                             .unit = "threads",
                             .usual = 8,
                             .least = 6,
                             .most = 64};
constexpr Parameter kPatience{
    .name = "patience_ms",
    .summary = "time that the last reader waits for klist_fini()",
    .unit = "ms",
    .usual = 1'000,
    .least = 100,
    .most = 4'000};

// How long a reader stays with the next one, and waits for one that a lock
// keeps out.
constexpr uint64_t kTogetherNs = 5'000'000, kAloneNs = 50'000'000;

void BusyNeighbours(Stage& stage) {
  Device& a = stage.AddDevice("A");
  Device& b = stage.AddDevice("B");
  const int64_t readers = stage.Value(kReaders);
  const auto patience_ns =
      static_cast<uint64_t>(stage.Value(kPatience)) * 1'000'000;
  std::atomic<int64_t> ready{0}, entered{0};
  b.OnEvent([&](Actor& reader, bool) {
    const int64_t mine = entered.fetch_add(1) + 1;
    const auto done = [&] { return a.fini_done(); };
    if (mine == 1) reader.AwaitFini(a);
    if (mine < readers) {
      reader.AwaitFor("the next reader", kAloneNs,
                      [&] { return entered.load() > mine || done(); });
      reader.AwaitFor("klist_fini()", kTogetherNs, done);
      return;
    }
    if (reader.AwaitFor("klist_fini()", patience_ns, done)) return;
    const std::string seen =
        "klist_fini() of a device without readers waited for the last of " +
        std::to_string(readers) + " that came to another one by one";
    // Those of some libraries advance so seldom that they have not yet.
    const StrategyInfo& info = stage.info();
    info.grace_period&& info.group == Group::kOwn ? stage.Wrong(seen)
                                                  : stage.Note(seen);
  });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the first reader", [&] { return entered.load() != 0; });
    me.Fini(a);
  });
  b.SetReady(true);
  // The last one is started first: in a list of threads, the newest of which
  // comes first, they stand as they come.
  for (int64_t turn = readers; turn >= 1; --turn) {
    stage.Start("reader " + std::to_string(turn), [&, turn](Actor& me) {
      me.Watch(b);
      if (ready.fetch_add(1) + 1 == readers) b.Arm();
      me.Await("the others", [&] { return ready.load() == readers; });
      me.Await("the reader before",
               [&] { return entered.load() >= turn - 1 || a.fini_done(); });
      me.Scan();
    });
  }
  stage.Join();
}

const TruthWorkloadRegistration busy_neighbours_registration({
    .name = "busy_neighbours",
    .summary = "klist_fini() while readers of another device follow each other",
    .question = "do readers of another device that never stop starve a detach?",
    .expected =
        "Grace periods and references get through, and so does a lock per "
        "klist or knote, or one for all that prefers writers; one that lets "
        "readers in while a writer waits does not, until they stop.",
    .promise_text = "a grace period waits for the sections of one moment",
    .parameters = {kReaders, kPatience},
    .play = BusyNeighbours,
});

}  // namespace
}  // namespace knote::truth

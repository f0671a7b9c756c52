// busy_neighbours: readers of device B whose sections overlap, without a gap,
// while devices that nobody reads detach. A grace period that counts who is
// inside, and not since when, waits for a moment without readers; our own epoch
// did for an afternoon.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr uint64_t kSectionNs = 1'000'000;

constexpr Parameter kDetaches{.name = "detaches",
                              .summary = "devices that detach, in turn",
                              .unit = "devices",
                              .usual = 10,
                              .least = 1,
                              .most = 1'000};
constexpr Parameter kSections{
    .name = "sections",
    .summary = "sections that may begin while one klist_fini() waits",
    .unit = "sections",
    .usual = 200,
    .least = 20,
    .most = 4'000};

void BusyNeighbours(Stage& stage) {
  const auto limit = static_cast<uint64_t>(stage.Value(kSections));
  std::vector<Device*> idle;
  for (int64_t i = 1; i <= stage.Value(kDetaches); ++i)
    idle.push_back(&stage.AddDevice("A" + std::to_string(i)));
  Device& b = stage.AddDevice("B");
  // Sections of B that have begun, and of which the readers begin no more.
  std::atomic<uint64_t> begun{0}, last{~uint64_t{0}};
  std::atomic<int> watching{0};
  const auto over = [&] { return begun.load() >= last.load(); };
  // Each stays until the other has come.
  b.OnEvent([&](Actor& reader, bool) {
    const uint64_t mine = begun.fetch_add(1) + 1;
    const uint64_t entered = HwEnv::Now();
    reader.AwaitFor("the other reader", 10 * kSectionNs, [&] {
      return over() ||
             (begun.load() > mine && HwEnv::Now() - entered > kSectionNs);
    });
  });
  b.SetReady(true);
  const auto read = [&](Actor& me) {
    me.Watch(b);
    if (watching.fetch_add(1) == 1) b.Arm();
    me.Await("the other reader", [&] { return watching.load() == 2; });
    while (!over()) me.Scan();
  };
  stage.Start("reader of B", read);
  stage.Start("other reader of B", read);
  stage.Start("writer", [&](Actor& me) {
    me.Await("the readers", [&] { return begun.load() > 4; });
    for (Device* device : idle) {
      last.store(begun.load() + limit);
      me.Fini(*device);
      if (!over()) continue;
      const std::string seen =
          "klist_fini() of a device without readers waited while " +
          std::to_string(limit) + " sections of another's began";
      stage.info().grace_period ? stage.Wrong(seen) : stage.Note(seen);
      break;
    }
    last.store(0);
  });
  stage.Join();
}

const TruthWorkloadRegistration busy_neighbours_registration({
    .name = "busy_neighbours",
    .summary = "klist_fini() while sections of another device overlap",
    .question = "do readers of another device that never stop starve a detach?",
    .expected =
        "Grace periods and references get through, and so does a lock per "
        "klist or knote, or one for all that prefers writers; one that lets "
        "readers in while a writer waits does not, until they stop.",
    .promise_text = "a grace period waits for the sections of one moment",
    .parameters = {kDetaches, kSections},
    .play = BusyNeighbours,
});

}  // namespace
}  // namespace knote::truth

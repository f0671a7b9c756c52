// migration: a reader leaves its section on another CPU than it entered on,
// while klist_fini() waits. psref(9) asserts that this does not happen.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <sched.h>

#include "knote/truth/truth_workload.h"

namespace knote::truth {
namespace {

constexpr Parameter kRounds{.name = "rounds",
                            .summary = "readers that change CPUs",
                            .unit = "rounds",
                            .usual = 10,
                            .least = 1,
                            .most = 1'000};

// Another CPU that the caller may run on, as a set; empty if there is none.
cpu_set_t AnotherCpu() {
  cpu_set_t allowed, other;
  CPU_ZERO(&other);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return other;
  const int here = sched_getcpu();
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (cpu == here || !CPU_ISSET(cpu, &allowed)) continue;
    CPU_SET(cpu, &other);
    break;
  }
  return other;
}

// One detach with a reader that moves. False if there is nowhere to move to.
bool MigrateOnce(Stage& stage, int64_t round) {
  Device& a = stage.AddDevice("A" + std::to_string(round));
  std::atomic<bool> inside{false}, moved{true};
  a.OnEvent([&](Actor& reader, bool) {
    inside.store(true);
    reader.AwaitFini(a);
    const cpu_set_t other = AnotherCpu();
    moved.store(CPU_COUNT(&other) != 0 &&
                sched_setaffinity(0, sizeof other, &other) == 0);
  });
  stage.Start("reader", [&](Actor& me) { me.Read(a); });
  stage.Start("writer", [&](Actor& me) {
    me.Await("the reader", [&] { return inside.load(); });
    me.Fini(a);
  });
  stage.Join();
  return moved.load();
}

void Migration(Stage& stage) {
  for (int64_t round = 0; round < stage.Value(kRounds); ++round) {
    if (MigrateOnce(stage, round)) continue;
    stage.Note("no second CPU to move to: nothing was tested");
    return;
  }
}

const TruthWorkloadRegistration migration_registration({
    .name = "migration",
    .summary = "a reader changes CPUs inside its section",
    .question = "may a thread migrate inside f_event?",
    .expected =
        "State that is found by CPU alone (a lock or count of \"this CPU\") "
        "has to remember which one it was; else klist_fini() waits for ever, "
        "or not at all the next time.",
    .promise = &StrategyInfo::reader_may_migrate,
    .promise_text = "a reader may change CPUs in its section",
    .sighting = &Sightings::migrated,
    .parameters = {kRounds},
    .play = Migration,
});

}  // namespace
}  // namespace knote::truth

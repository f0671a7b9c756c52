// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/perform.h"

#include <atomic>
#include <memory>
#include <thread>

namespace knote::truth {
namespace {

// What a play needs. Left where it is if the play does not end.
struct Performance {
  Performance(const StrategyEntry& strategy, const ParameterValues& values)
      : system(strategy.boot()), stage(*system, strategy.info, values) {}
  std::unique_ptr<netbsd::System> system;
  Stage stage;
  std::atomic<bool> over{false};
};

// No play is this long on a machine that does anything at all.
constexpr uint64_t kLongestPlayNs = 60'000'000'000;

// True if the play came to its end; false if nothing moves any more. Who holds
// nothing up but computes is given five times as long as a circle of waits.
bool WatchPlay(const Performance& performance) {
  uint64_t progress = performance.stage.progress();
  const uint64_t begin = HwEnv::Now();
  uint64_t since = begin;
  while (!performance.over.load()) {
    HwEnv::Sleep(2'000'000);
    const uint64_t now = HwEnv::Now();
    if (const uint64_t seen = performance.stage.progress(); seen != progress) {
      if (now - begin > kLongestPlayNs) return false;
      progress = seen;
      since = now;
      continue;
    }
    if (now - since < kStandstillNs) continue;
    if (now - since > 5 * kStandstillNs) return false;
    if (FindWaitChain(performance.stage.States()).cycle) return false;
  }
  return true;
}

void Collect(Stage& stage, const TruthWorkload& workload, Testimony& into) {
  const Sightings& seen = stage.sightings();
  into.slept = seen.slept.load();
  into.migrated = seen.migrated.load();
  into.recursed = seen.recursed.load();
  into.entered_locked = seen.entered_locked.load();
  into.after_fini = seen.after_fini.load();
  into.waited_locked = seen.waited_locked.load();
  into.sighted =
      workload.sighting != nullptr && (seen.*workload.sighting).load() != 0;
  into.wrongs = stage.wrongs();
  into.notes = stage.notes();
  into.figures = stage.figures();
  into.parameters = stage.values();
}

}  // namespace

Testimony Perform(const TruthWorkload& workload, const StrategyEntry& strategy,
                  const ParameterValues& values) {
  auto performance = std::make_unique<Performance>(strategy, values);
  std::thread director([&workload, &performance = *performance] {
    workload.play(performance.stage);
    performance.stage.Join();
    performance.over.store(true);
  });
  Testimony seen;
  const bool over = WatchPlay(*performance);
  Collect(performance->stage, workload, seen);
  if (over) {
    director.join();
    return seen;
  }
  seen.chain = FindWaitChain(performance->stage.States());
  seen.ending = seen.chain.cycle ? Ending::kDeadlock : Ending::kStuck;
  director.detach();
  (void)performance.release();
  return seen;
}

}  // namespace knote::truth

// Loader of the klist_fini probe: how long each klist_fini() took, by phase.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/klist_fini/klist_fini.h"

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/usdt/usdt.h"
// Generated, and in need of the types above:
#include "klist_fini.skel.h"

namespace knotestat::probes {
namespace {

class KlistFini final : public SkeletonProbe<klist_fini_bpf> {
 public:
  std::string_view name() const override { return "klist_fini"; }

 private:
  absl::Status AttachTo(klist_fini_bpf& skeleton, Links& links) override {
    return links.AddUsdt(name(), skeleton.progs.kns_klist_fini, target(),
                         "klist__fini");
  }

  absl::Status Take(klist_fini_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_klist_fini& seen = skeleton.bss->seen[slot];
    TakeHistogram(seen.publish, "bpf.klist_fini.publish", into);
    TakeHistogram(seen.wait, "bpf.klist_fini.wait", into);
    TakeHistogram(seen.reclaim, "bpf.klist_fini.reclaim", into);
    TakeHistogram(seen.total, "bpf.klist_fini.total", into);
    const Totals knotes =
        TakeBuckets(seen.knotes, "bpf.klist_fini.knotes", into);
    into.counters["bpf.klist_fini.count"] = static_cast<double>(knotes.count);
    into.counters["bpf.klist_fini.knotes"] = static_cast<double>(knotes.sum);
    into.lost += TakeCounter(seen.lost);
    return absl::OkStatus();
  }
};

void Fire(uint64_t events) {
  for (uint64_t i = 0; i < events; i++) {
    usdt::FireKlistFini(100, 1000, 10, 1, "exercise");
  }
}

const Registration kRegistration(
    {.name = "klist_fini",
     .summary = "phases of each klist_fini(): publish, wait, reclaim",
     .cost = "0.7 us per detach, after the measured interval",
     .make = []() -> std::unique_ptr<Probe> {
       return std::make_unique<KlistFini>();
     }});
const ExerciseRegistration kExercise({.probe = "klist_fini",
                                      .counter = "bpf.klist_fini.count",
                                      .provoke = Fire,
                                      .strain = Fire,
                                      .strain_events = 4'000});

}  // namespace
}  // namespace knotestat::probes

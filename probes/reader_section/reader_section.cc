// Loader of the reader_section probe: sampled dispatch operations.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/reader_section/reader_section.h"

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/usdt/usdt.h"
// Generated, and in need of the types above:
#include "reader_section.skel.h"

namespace knotestat::probes {
namespace {

class ReaderSection final : public SkeletonProbe<reader_section_bpf> {
 public:
  std::string_view name() const override { return "reader_section"; }

 private:
  absl::Status AttachTo(reader_section_bpf& skeleton, Links& links) override {
    return links.AddUsdt(name(), skeleton.progs.kns_reader_section, target(),
                         "reader__section");
  }

  absl::Status Take(reader_section_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_reader_section& seen = skeleton.bss->seen[slot];
    TakeHistogram(seen.operation, "bpf.reader_section", into);
    into.lost += TakeCounter(seen.lost);
    return absl::OkStatus();
  }
};

void Fire(uint64_t events) {
  for (uint64_t i = 0; i < events; i++) {
    usdt::FireReaderSection(100, "exercise");
  }
}

const Registration kRegistration(
    {.name = "reader_section",
     .summary = "sampled dispatch operations, reader section included",
     .cost = "0.6 us per sampled operation, after it",
     .make = []() -> std::unique_ptr<Probe> {
       return std::make_unique<ReaderSection>();
     }});
const ExerciseRegistration kExercise({.probe = "reader_section",
                                      .counter = "bpf.reader_section.count",
                                      .provoke = Fire,
                                      .strain = Fire,
                                      .strain_events = 4'000});

}  // namespace
}  // namespace knotestat::probes

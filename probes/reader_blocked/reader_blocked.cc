// Loader of the reader_blocked probe: readers that had to wait for a writer,
// and writers that had to wait for readers.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/reader_blocked/reader_blocked.h"

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/usdt/usdt.h"
// Generated, and in need of the types above:
#include "reader_blocked.skel.h"

namespace knotestat::probes {
namespace {

static_assert(static_cast<int>(usdt::BlockedBy::kWriter) ==
              KNS_BLOCKED_BY_WRITER);
static_assert(static_cast<int>(usdt::BlockedBy::kWaitingWriter) ==
              KNS_BLOCKED_BY_WAITING_WRITER);

void TakeTotal(kns_wait_total& total, const std::string& name,
               Observations& into) {
  into.counters[name + ".count"] =
      static_cast<double>(TakeCounter(total.count));
  into.counters[name + ".sum_ns"] = static_cast<double>(TakeCounter(total.sum));
}

class ReaderBlocked final : public SkeletonProbe<reader_blocked_bpf> {
 public:
  std::string_view name() const override { return "reader_blocked"; }

 private:
  absl::Status AttachTo(reader_blocked_bpf& skeleton, Links& links) override {
    absl::Status status = links.AddUsdt(
        name(), skeleton.progs.kns_reader_blocked, target(), "reader__blocked");
    if (!status.ok()) return status;
    return links.AddUsdt(name(), skeleton.progs.kns_writer_waiting, target(),
                         "writer__waiting");
  }

  absl::Status Take(reader_blocked_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_reader_blocked& seen = skeleton.bss->seen[slot];
    TakeHistogram(seen.reader, "bpf.reader_blocked", into);
    TakeTotal(seen.by_writer, "bpf.reader_blocked.by_writer", into);
    TakeTotal(seen.by_waiting_writer, "bpf.reader_blocked.by_waiting_writer",
              into);
    TakeHistogram(seen.writer, "bpf.writer_waiting", into);
    into.lost += TakeCounter(seen.lost);
    return absl::OkStatus();
  }
};

void Fire(uint64_t events) {
  for (uint64_t i = 0; i < events; i++) {
    usdt::FireReaderBlocked(1000, "exercise");
  }
}

const Registration kRegistration(
    {.name = "reader_blocked",
     .summary = "readers that waited for a writer, writers that waited",
     .cost = "0.6 us per wait, after it; nothing without a wait",
     .make = []() -> std::unique_ptr<Probe> {
       return std::make_unique<ReaderBlocked>();
     }});
const ExerciseRegistration kExercise({.probe = "reader_blocked",
                                      .counter = "bpf.reader_blocked.count",
                                      .provoke = Fire,
                                      .strain = Fire,
                                      .strain_events = 4'000});

}  // namespace
}  // namespace knotestat::probes

// SPDX-License-Identifier: BSD-2-Clause
#include "probes/probe_check.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "probes/exercise.h"
#include "probes/probe_set.h"
#include "probes/refusal.h"

namespace knotestat::probes {
namespace {

constexpr uint64_t kProvoked = 23;  // prime, so no batch size divides it
constexpr int kRepetitions = 20;

// Of the process: what else runs on the machine does not count.
double CpuNs() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

// The fastest of some repetitions, in ns: disturbances only ever add.
double FastestStrain(const Exercise& exercise) {
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepetitions; i++) {
    const double start = CpuNs();
    exercise.strain(exercise.strain_events);
    fastest = std::min(fastest, CpuNs() - start);
  }
  return fastest;
}

struct Count {
  uint64_t seen = 0;
  uint64_t lost = 0;  // seen, but it could not be recorded
};

absl::StatusOr<Count> TakeCount(ProbeSet& set, const Exercise& exercise) {
  absl::StatusOr<Observations> seen = set.Collect(0);
  if (!seen.ok()) return seen.status();
  auto counter = seen->counters.find(std::string(exercise.counter));
  if (counter == seen->counters.end()) return Count{.lost = seen->lost};
  return Count{.seen = static_cast<uint64_t>(counter->second),
               .lost = seen->lost};
}

// Whether all events are accounted for, most as seen: some kernels keep
// a switch in a thousand from tracing, which off_cpu notices.
bool IsAllOf(uint64_t events, const Count& count) {
  return count.seen <= events && count.seen + count.lost >= events &&
         count.lost <= events / 2;
}

// Provokes and counts; fills in what was seen.
absl::Status CountEvents(ProbeSet& set, const Exercise& exercise,
                         ProbeCheck& check) {
  set.SetSlot(0);
  exercise.provoke(kProvoked);
  set.SetSlot(kNoSlot);
  absl::StatusOr<Count> count = TakeCount(set, exercise);
  if (!count.ok()) return count.status();
  check.provoked = kProvoked;
  check.counted = count->seen;
  check.works = exercise.exact ? IsAllOf(kProvoked, *count) : count->seen > 0;
  check.detail = absl::StrCat(exercise.exact ? "" : "about ", kProvoked,
                              " events provoked, ", count->seen, " counted");
  if (count->lost > 0) {
    absl::StrAppend(&check.detail, ", ", count->lost, " reported as lost");
  }
  if (!check.works) {
    check.remedy =
        "events get lost on this machine: do not trust this probe, leave it "
        "out";
  }
  return absl::OkStatus();
}

absl::Status Try(const Exercise& exercise, ProbeCheck& check) {
  Target target;
  target.pid = getpid();
  target.binary = "/proc/self/exe";
  if (exercise.prepare != nullptr) exercise.prepare(target);
  ProbeSet set;
  const std::string names[] = {check.name};
  if (absl::Status status = set.Load(names, target); !status.ok()) {
    return status;
  }
  exercise.strain(exercise.strain_events);  // warms up and calibrates
  const double without = FastestStrain(exercise);
  if (absl::Status status = set.AttachAll(); !status.ok()) return status;
  if (absl::Status status = CountEvents(set, exercise, check); !status.ok()) {
    return status;
  }
  set.SetSlot(0);
  const double with = FastestStrain(exercise);
  set.SetSlot(kNoSlot);
  absl::StatusOr<Count> events = TakeCount(set, exercise);
  if (events.ok() && events->seen > 0 && with > without) {
    check.cost_ns =
        (with - without) * kRepetitions / static_cast<double>(events->seen);
  }
  return absl::OkStatus();
}

ProbeCheck Check(const ProbeEntry& entry) {
  ProbeCheck check;
  check.name = std::string(entry.name);
  const Exercise* exercise = FindExercise(entry.name);
  if (exercise == nullptr) {
    check.detail = "the probe has no exercise, so it was not tried";
    check.remedy = "register one beside the probe (probes/exercise.h)";
    return check;
  }
  if (absl::Status status = Try(*exercise, check); !status.ok()) {
    check.works = false;
    check.detail = std::string(status.message());
    check.remedy = RemedyOf(status);
  }
  return check;
}

}  // namespace

std::vector<ProbeCheck> CheckProbes() {
  std::vector<ProbeCheck> checks;
  for (const ProbeEntry& entry : RegisteredProbes()) {
    checks.push_back(Check(entry));
  }
  if (checks.empty()) {
    ProbeCheck& check = checks.emplace_back();
    check.name = "ebpf";
    check.detail = "this program was built without eBPF (KNOTESTAT_BPF=OFF)";
    check.remedy =
        "install clang, bpftool and libbpf-dev, configure with "
        "-DKNOTESTAT_BPF=ON and build again";
  }
  return checks;
}

}  // namespace knotestat::probes

// Loader of the blame probe: for whom each klist_fini() waited.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/blame/blame.h"

#include <sys/stat.h>

#include <cerrno>

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/usdt/usdt.h"
// Generated, and in need of the types above:
#include "blame.skel.h"

namespace knotestat::probes {
namespace {

class Blame final : public SkeletonProbe<blame_bpf> {
 public:
  std::string_view name() const override { return "blame"; }

 private:
  absl::Status Configure(blame_bpf& skeleton) override {
    struct stat pid_namespace {};
    if (stat("/proc/self/ns/pid", &pid_namespace) != 0) {
      return absl::ErrnoToStatus(
          errno,
          "probe blame: cannot read /proc/self/ns/pid; mount /proc "
          "(mount -t proc proc /proc)");
    }
    skeleton.rodata->pid_namespace_device = pid_namespace.st_dev;
    skeleton.rodata->pid_namespace_inode = pid_namespace.st_ino;
    skeleton.rodata->target_process = static_cast<uint32_t>(target().pid);
    return absl::OkStatus();
  }

  absl::Status AttachTo(blame_bpf& skeleton, Links& links) override {
    absl::Status status = links.AddUsdt(name(), skeleton.progs.kns_blame_fini,
                                        target(), "klist__fini");
    if (!status.ok()) return status;
    return links.Add(name(), "attach to tp_btf/sched_waking", [&]() {
      return bpf_program__attach(skeleton.progs.kns_waking);
    });
  }

  absl::Status Take(blame_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_blame& seen = skeleton.bss->seen[slot];
    const auto take = [&](const char* counter, kns_u64& value) {
      into.counters[counter] = static_cast<double>(TakeCounter(value));
    };
    take("bpf.blame.count", seen.waits);
    take("bpf.blame.spun.count", seen.spun);
    take("bpf.blame.spun.sum_ns", seen.spun_ns);
    take("bpf.blame.sum_ns", seen.blamed_ns);
    TakeStackTotals(seen.totals, "bpf.blame", into);
    return TakeStacks<kns_waker, uint64_t>(
        skeleton.maps.stacks, slot, [&](const kns_waker& waker, uint64_t ns) {
          into.stacks.push_back({.kind = "blame",
                                 .user = Frames(waker.user, waker.user_depth),
                                 .kernel = {},
                                 .value = ns});
        });
  }
};

void Fire(uint64_t events) {
  for (uint64_t i = 0; i < events; i++) {
    usdt::FireKlistFini(100, 1000, 10, 1, "exercise");
  }
}

const Registration kRegistration(
    {.name = "blame",
     .summary = "stacks of the readers for which klist_fini() waited",
     .cost = "0.8 us per detach; a stack walk per wake-up of a writer",
     .make = []() -> std::unique_ptr<Probe> {
       return std::make_unique<Blame>();
     }});
const ExerciseRegistration kExercise({.probe = "blame",
                                      .counter = "bpf.blame.count",
                                      .provoke = Fire,
                                      .strain = Fire,
                                      .strain_events = 4'000});

}  // namespace
}  // namespace knotestat::probes

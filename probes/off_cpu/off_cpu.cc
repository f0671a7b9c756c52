// Loader of the off_cpu probe: off-CPU stacks, and sleeps inside sections.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/off_cpu/off_cpu.h"

#include <sys/stat.h>

#include <cerrno>

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/off_cpu/sleepers.h"
// Generated, and in need of the types above:
#include "off_cpu.skel.h"

namespace knotestat::probes {
namespace {

class OffCpu final : public SkeletonProbe<off_cpu_bpf> {
 public:
  explicit OffCpu(uint32_t max_stacks) : max_stacks_(max_stacks) {}
  std::string_view name() const override { return "off_cpu"; }

 private:
  absl::Status Configure(off_cpu_bpf& skeleton) override {
    struct stat pid_namespace {};
    if (stat("/proc/self/ns/pid", &pid_namespace) != 0) {
      return absl::ErrnoToStatus(
          errno,
          "probe off_cpu: cannot read /proc/self/ns/pid; mount /proc "
          "(mount -t proc proc /proc)");
    }
    skeleton.rodata->pid_namespace_device = pid_namespace.st_dev;
    skeleton.rodata->pid_namespace_inode = pid_namespace.st_ino;
    skeleton.rodata->target_process = static_cast<uint32_t>(target().pid);
    skeleton.rodata->driver_text_begin = target().driver_text_begin;
    skeleton.rodata->driver_text_end = target().driver_text_end;
    bpf_map__set_max_entries(skeleton.maps.stacks, max_stacks_);
    return absl::OkStatus();
  }

  absl::Status AttachTo(off_cpu_bpf& skeleton, Links& links) override {
    skeleton.bss->attachment++;  // nothing is attached that could read it
    return links.Add(name(), "attach to tp_btf/sched_switch", [&]() {
      return bpf_program__attach(skeleton.progs.kns_off_cpu);
    });
  }

  absl::Status Take(off_cpu_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_off_cpu& seen = skeleton.bss->seen[slot];
    // Before the stacks are taken: whoever is asleep now finds his gone.
    __atomic_fetch_add(&seen.collection, 1, __ATOMIC_SEQ_CST);
    TakeHistogram(seen.sleep, "bpf.off_cpu", into);
    into.counters["bpf.off_cpu.spanned"] =
        static_cast<double>(TakeCounter(seen.spanned));
    // Without driver text nobody looked for sections: absent, not 0.
    if (target().driver_text_begin != target().driver_text_end) {
      TakeHistogram(seen.section_sleep, "bpf.section_sleep", into);
      into.counters["bpf.section_migrated.count"] =
          static_cast<double>(TakeCounter(seen.migrated));
    }
    TakeStackTotals(seen.totals, "bpf.off_cpu", into);
    return TakeStacks<kns_sleeper, kns_sleep>(
        skeleton.maps.stacks, slot,
        [&](const kns_sleeper& sleeper, const kns_sleep& sleep) {
          if (sleep.ns == 0) return;  // not back yet
          into.stacks.push_back(
              {.kind = "off_cpu",
               .user = Frames(sleeper.user, sleeper.user_depth),
               .kernel = Frames(sleep.kernel, sleep.kernel_depth),
               .value = sleep.ns});
        });
  }

  const uint32_t max_stacks_;
};

const Registration kRegistration(
    {.name = "off_cpu",
     .summary = "stacks of the threads that sleep; sleeps inside sections",
     .cost = "2.7 us per sleep, 0.2 us per other context switch",
     .make = [] { return MakeOffCpu(KNS_MAX_STACKS); }});
const ExerciseRegistration kExercise({.probe = "off_cpu",
                                      .counter = "bpf.section_sleep.count",
                                      .provoke = SleepInSection,
                                      .strain = HandOff,
                                      .strain_events = 1'000,
                                      .prepare = SetSectionText});

}  // namespace

std::unique_ptr<Probe> MakeOffCpu(uint32_t max_stacks) {
  return std::make_unique<OffCpu>(max_stacks);
}

}  // namespace knotestat::probes

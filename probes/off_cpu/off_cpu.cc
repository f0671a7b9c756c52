// Loader of the off_cpu probe: off-CPU stacks, and sleeps inside sections.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/off_cpu/off_cpu.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/numbered_stacks.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/loading/system_calls.h"
#include "probes/loading/target.h"
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
    absl::Status named = NameTarget(name(), target(), *skeleton.rodata);
    if (!named.ok()) return named;
    NameSystemCalls(*skeleton.rodata);
    skeleton.rodata->driver_text_begin = target().driver_text_begin;
    skeleton.rodata->driver_text_end = target().driver_text_end;
    bpf_map__set_max_entries(skeleton.maps.sleeps, max_stacks_);
    const uint32_t numbered =
        std::min<uint32_t>(max_stacks_, KNS_MAX_NUMBERED_STACKS);
    bpf_map__set_max_entries(skeleton.maps.stacks, numbered);
    bpf_map__set_max_entries(skeleton.maps.kernel_stacks, numbered);
    return absl::OkStatus();
  }

  absl::Status AttachTo(off_cpu_bpf& skeleton, Links& links) override {
    skeleton.bss->attachment++;  // nothing is attached that could read it
    absl::Status status = links.Add(
        name(), "attach to tp_btf/sched_waking",
        [&]() { return bpf_program__attach(skeleton.progs.kns_off_cpu_ends); });
    if (!status.ok()) return status;
    return links.Add(name(), "attach to tp_btf/sched_switch", [&]() {
      return bpf_program__attach(skeleton.progs.kns_off_cpu);
    });
  }

  absl::Status Take(off_cpu_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_off_cpu& seen = skeleton.bss->seen[slot];
    // Before the sleeps are taken: whoever is asleep now belongs to none.
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
    stacks_.Read(skeleton.maps.stacks, skeleton.bss->last_number);
    return TakeStacks<kns_sleep, kns_sum>(
        skeleton.maps.sleeps, slot,
        [&](const kns_sleep& sleep, const kns_sum& sum) {
          into.stacks.push_back(StackOf(skeleton, sleep, sum));
        });
  }

  RawStack StackOf(const off_cpu_bpf& skeleton, const kns_sleep& sleep,
                   const kns_sum& sum) {
    return {.kind = "off_cpu",
            .user = stacks_.Of(sleep.stack),
            .kernel = KernelPart(skeleton.maps.kernel_stacks, sleep.stack),
            .value = sum.value,
            .events = sum.events,
            .thread = static_cast<pid_t>(sleep.thread),
            .cpu = static_cast<int>(sleep.cpu),
            .ended_by_thread = sleep.waker != KNS_NOBODY,
            .waker = stacks_.Of(sleep.waker)};
  }

  // Of the user stack of that number.
  const std::vector<uint64_t>& KernelPart(const bpf_map* map, uint32_t number) {
    const auto [part, is_new] = kernel_parts_.try_emplace(number);
    kns_kernel_stack read;
    if (is_new && bpf_map__lookup_elem(map, &number, sizeof(number), &read,
                                       sizeof(read), /*flags=*/0) == 0) {
      part->second = Frames(read.kernel, read.depth);
    }
    return part->second;
  }

  const uint32_t max_stacks_;
  NumberedStacks stacks_;
  std::unordered_map<uint32_t, std::vector<uint64_t>> kernel_parts_;
};

const Registration kRegistration(
    {.name = "off_cpu",
     .summary = "stacks of the threads that sleep and of who wakes them; "
                "sleeps inside "
                "sections",
     .cost = "2.9 us per sleep, 0.2 us per other context switch",
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

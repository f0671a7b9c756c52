// Loader of the blame probe: for whom each klist_fini() waited.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/blame/blame.h"

#include "knote/called_function.h"
#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/loading/target.h"
#include "probes/usdt/usdt.h"
// Generated, and in need of the types above:
#include "blame.skel.h"

namespace knotestat::probes {
namespace {

class Blame final : public SkeletonProbe<blame_bpf> {
 public:
  explicit Blame(uint32_t max_stacks) : max_stacks_(max_stacks) {}
  std::string_view name() const override { return "blame"; }

 private:
  absl::Status Configure(blame_bpf& skeleton) override {
    bpf_map__set_max_entries(skeleton.maps.stacks, max_stacks_);
    skeleton.rodata->function_offset = knote::CalledFunctionOffset();
    return NameTarget(name(), target(), *skeleton.rodata);
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
    return TakeStacks<kns_waker, kns_sum>(
        skeleton.maps.stacks, slot,
        [&](const kns_waker& waker, const kns_sum& sum) {
          const bool somebody = waker.user_depth != 0;
          into.stacks.push_back(
              {.kind = "blame",
               .user = Frames(waker.user, waker.user_depth),
               .kernel = {},
               .value = sum.value,
               .events = sum.events,
               .thread = static_cast<pid_t>(waker.thread),
               .cpu = somebody ? static_cast<int>(waker.cpu) : -1,
               .function = waker.function});
        });
  }

  const uint32_t max_stacks_;
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
     .make = [] { return MakeBlame(KNS_MAX_STACKS); }});
const ExerciseRegistration kExercise({.probe = "blame",
                                      .counter = "bpf.blame.count",
                                      .provoke = Fire,
                                      .strain = Fire,
                                      .strain_events = 4'000});

}  // namespace

std::unique_ptr<Probe> MakeBlame(uint32_t max_stacks) {
  return std::make_unique<Blame>(max_stacks);
}

}  // namespace knotestat::probes

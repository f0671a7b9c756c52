// Loader of the on_cpu probe: one perf event for each thread, so that the
// attach target is the filter and pid namespaces do not matter.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/on_cpu.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/str_cat.h"
#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/loading/target.h"
#include "probes/on_cpu/lost_time.h"
#include "probes/on_cpu/sample_clock.h"
#include "probes/on_cpu/sampling_rate.h"
// Generated, and in need of the types above:
#include "on_cpu.skel.h"

namespace knotestat::probes {
namespace {

// How long, and how often, samples are tried to see what one costs: some 30.
constexpr uint64_t kTrialNs = 15'000'000;
constexpr int kTrialHz = 1999;

pid_t ThisThread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

class OnCpu final : public SkeletonProbe<on_cpu_bpf> {
 public:
  OnCpu(uint32_t max_stacks, uint32_t planted_rounds)
      : max_stacks_(max_stacks), planted_rounds_(planted_rounds) {}
  std::string_view name() const override { return "on_cpu"; }

 private:
  absl::Status Configure(on_cpu_bpf& skeleton) override {
    if (target().sample_hz <= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("probe on_cpu: sample_hz is ", target().sample_hz,
                       ", but must be above 0"));
    }
    rate_.emplace(target().sample_hz);
    clock_ = BestSampleClock();
    bpf_map__set_max_entries(skeleton.maps.stacks, max_stacks_);
    skeleton.rodata->planted_rounds = planted_rounds_;
    return NameTarget(name(), target(), *skeleton.rodata);
  }

  absl::Status AttachTo(on_cpu_bpf& skeleton, Links& links) override {
    int hz = target().sample_hz;
    if (!target().sample_hz_is_fixed) {
      if (absl::Status status = MeasureCost(skeleton); !status.ok())
        return status;
      hz = rate_->hz();
    }
    const std::vector<pid_t> threads =
        target().threads.empty() ? OwnThreads() : target().threads;
    for (pid_t thread : threads) {
      absl::Status status = Sample(skeleton, thread, hz, links);
      if (!status.ok() && !absl::IsNotFound(status)) return status;
    }
    if (links.empty()) {
      return absl::NotFoundError(
          "probe on_cpu: none of the threads to sample exists any more");
    }
    return absl::OkStatus();
  }

  // kNotFound if the thread has ended.
  absl::Status Sample(on_cpu_bpf& skeleton, pid_t thread, int hz,
                      Links& links) {
    const int clock = OpenSampleClock(clock_, thread, hz);
    if (clock < 0 && errno == ESRCH)
      return absl::NotFoundError("the thread has ended");
    absl::Status status =
        links.Add(name(), absl::StrCat("sample thread ", thread), [&]() {
          return clock < 0 ? nullptr
                           : bpf_program__attach_perf_event(
                                 skeleton.progs.kns_on_cpu, clock);
        });
    if (!status.ok() && clock >= 0) close(clock);
    return status;
  }

  // Tells rate_ what samples cost: at first by samples of this thread, which
  // lie in a slot of their own, and then by those that came since.
  absl::Status MeasureCost(on_cpu_bpf& skeleton) {
    if (const auto [samples, ns] = NewlyHandled(skeleton); samples != 0)
      rate_->Saw(samples, ns);
    if (calibrated_) return absl::OkStatus();
    volatile auto& slot = skeleton.bss->slot;
    const uint32_t before = slot;
    std::vector<uint64_t> pauses;
    {
      Links trial;
      absl::Status status = Sample(skeleton, ThisThread(), kTrialHz, trial);
      if (!status.ok()) return status;
      slot = KNS_TRIAL_SLOT;
      pauses = PausesDuring(kTrialNs);
      slot = before;
    }
    // Other interrupts are shorter, and what is much longer is the scheduler's:
    // the median of as many pauses as there were samples is that of a sample.
    const auto [samples, ns] = NewlyHandled(skeleton);
    if (samples != 0 && !pauses.empty()) {
      const size_t count = std::min<size_t>(samples, pauses.size());
      rate_->Calibrate(static_cast<double>(pauses[count / 2]),
                       static_cast<double>(ns) / static_cast<double>(samples));
    }
    calibrated_ = true;
    skeleton.bss->totals[KNS_TRIAL_SLOT] = {};
    return TakeStacks<kns_on_cpu_stack, uint64_t>(
        skeleton.maps.stacks, KNS_TRIAL_SLOT,
        [](const kns_on_cpu_stack&, uint64_t) {});
  }

  struct Handled {
    uint64_t samples = 0;
    uint64_t ns = 0;
  };
  // What the BPF program handled since the last call.
  Handled NewlyHandled(on_cpu_bpf& skeleton) {
    const Handled all = {skeleton.bss->handled, skeleton.bss->handled_ns};
    const Handled added = {all.samples - handled_.samples,
                           all.ns - handled_.ns};
    handled_ = all;
    return added;
  }

  absl::Status Take(on_cpu_bpf& skeleton, int slot,
                    Observations& into) override {
    uint64_t samples = 0;
    absl::Status status = TakeStacks<kns_on_cpu_stack, uint64_t>(
        skeleton.maps.stacks, slot,
        [&](const kns_on_cpu_stack& stack, uint64_t count) {
          samples += count;
          into.stacks.push_back(
              {.kind = "on_cpu",
               .user = Frames(stack.user, stack.user_depth),
               .kernel = Frames(stack.kernel, stack.kernel_depth),
               .value = count,
               .events = count,
               .thread = static_cast<pid_t>(stack.thread),
               .cpu = static_cast<int>(stack.cpu)});
        });
    into.counters["bpf.on_cpu.samples"] = static_cast<double>(samples);
    into.counters["bpf.on_cpu.by_cycles"] =
        clock_ == SampleClock::kCycles ? static_cast<double>(samples) : 0;
    into.counters["bpf.on_cpu.cost_ns"] =
        static_cast<double>(samples) * rate_->cost_ns();
    TakeStackTotals(skeleton.bss->totals[slot], "bpf.on_cpu", into);
    return status;
  }

  const uint32_t max_stacks_;
  const uint32_t planted_rounds_;
  SampleClock clock_ = SampleClock::kSoftware;
  std::optional<SamplingRate> rate_;
  bool calibrated_ = false;
  Handled handled_;  // already told to rate_
};

constexpr int kExerciseHz = 4999;

// Burns what takes an idle machine about `samples` sampling periods: work, not
// time, so that the samples' own cost shows. Calibrated by the first call.
[[gnu::noinline]] void Burn(uint64_t samples) {
  auto spin = [](uint64_t rounds) {
    for (uint64_t i = 0; i < rounds; i++) asm volatile("" : "+r"(i));
  };
  auto now_ns = [] {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 +
           static_cast<double>(now.tv_nsec);
  };
  static const double rounds_per_ns = [&] {
    constexpr uint64_t kRounds = 20'000'000;
    const double start = now_ns();
    spin(kRounds);
    return static_cast<double>(kRounds) / (now_ns() - start);
  }();
  const double period_ns = 1e9 / kExerciseHz;
  spin(static_cast<uint64_t>(static_cast<double>(samples) * period_ns *
                             rounds_per_ns));
}

const Registration kRegistration(
    {.name = "on_cpu",
     .summary = "stacks of the threads that run (cycles, or a software clock)",
     .cost = "13 us per sample: 0.13 % at 99 Hz; less often if over 0.6 %",
     .make = [] { return MakeOnCpu(KNS_MAX_STACKS, /*planted_rounds=*/0); }});
const ExerciseRegistration kExercise({.probe = "on_cpu",
                                      .counter = "bpf.on_cpu.samples",
                                      .exact = false,
                                      .provoke = Burn,
                                      .strain = Burn,
                                      .strain_events = 50,
                                      .prepare = [](Target& target) {
                                        target.threads = {ThisThread()};
                                        target.sample_hz = kExerciseHz;
                                        target.sample_hz_is_fixed = true;
                                      }});

}  // namespace

std::unique_ptr<Probe> MakeOnCpu(uint32_t max_stacks, uint32_t planted_rounds) {
  return std::make_unique<OnCpu>(max_stacks, planted_rounds);
}

}  // namespace knotestat::probes

// Loader of the on_cpu probe: one software CPU clock for each thread, so that
// the attach target is the filter and pid namespaces do not matter.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/on_cpu.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/loading/target.h"
// Generated, and in need of the types above:
#include "on_cpu.skel.h"

namespace knotestat::probes {
namespace {

// Returns a descriptor, or -1 and errno.
int OpenCpuClock(pid_t thread, int sample_hz) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.freq = 1;
  attributes.sample_freq = static_cast<uint64_t>(sample_hz);
  attributes.disabled = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, thread,
                                  /*cpu=*/-1, /*group=*/-1,
                                  PERF_FLAG_FD_CLOEXEC));
}

// The thread's id in its own pid namespace, which is what perf_event_open()
// takes; /proc may show those of an outer one. 0 if the thread has ended.
pid_t InnermostId(const std::filesystem::path& task) {
  std::ifstream file(task / "status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("NSpid:")) continue;
    pid_t id = 0;
    const size_t last = line.find_last_of("\t ");
    return absl::SimpleAtoi(line.substr(last + 1), &id) ? id : 0;
  }
  return 0;
}

// Every thread that this process has now.
std::vector<pid_t> OwnThreads() {
  std::vector<pid_t> threads;
  std::error_code error;  // without /proc there are none
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task", error)) {
    if (pid_t id = InnermostId(task.path()); id != 0) threads.push_back(id);
  }
  return threads;
}

class OnCpu final : public SkeletonProbe<on_cpu_bpf> {
 public:
  explicit OnCpu(uint32_t max_stacks) : max_stacks_(max_stacks) {}
  std::string_view name() const override { return "on_cpu"; }

 private:
  absl::Status Configure(on_cpu_bpf& skeleton) override {
    if (target().sample_hz <= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("probe on_cpu: sample_hz is ", target().sample_hz,
                       ", but must be above 0"));
    }
    bpf_map__set_max_entries(skeleton.maps.stacks, max_stacks_);
    return NameTarget(name(), target(), *skeleton.rodata);
  }

  absl::Status AttachTo(on_cpu_bpf& skeleton, Links& links) override {
    const std::vector<pid_t> threads =
        target().threads.empty() ? OwnThreads() : target().threads;
    for (pid_t thread : threads) {
      const int clock = OpenCpuClock(thread, target().sample_hz);
      if (clock < 0 && errno == ESRCH) continue;  // it has ended
      absl::Status status =
          links.Add(name(), absl::StrCat("sample thread ", thread), [&]() {
            return clock < 0 ? nullptr
                             : bpf_program__attach_perf_event(
                                   skeleton.progs.kns_on_cpu, clock);
          });
      if (!status.ok()) {
        if (clock >= 0) close(clock);
        return status;
      }
    }
    if (links.empty()) {
      return absl::NotFoundError(
          "probe on_cpu: none of the threads to sample exists any more");
    }
    return absl::OkStatus();
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
    TakeStackTotals(skeleton.bss->totals[slot], "bpf.on_cpu", into);
    return status;
  }

  const uint32_t max_stacks_;
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
     .summary = "stacks of the threads that run (software CPU clock)",
     .cost = "13 us per sample: 0.13 % at 99 Hz",
     .make = [] { return MakeOnCpu(KNS_MAX_STACKS); }});
const ExerciseRegistration kExercise({.probe = "on_cpu",
                                      .counter = "bpf.on_cpu.samples",
                                      .exact = false,
                                      .provoke = Burn,
                                      .strain = Burn,
                                      .strain_events = 50,
                                      .prepare = [](Target& target) {
                                        target.threads = {static_cast<pid_t>(
                                            syscall(SYS_gettid))};
                                        target.sample_hz = kExerciseHz;
                                      }});

}  // namespace

std::unique_ptr<Probe> MakeOnCpu(uint32_t max_stacks) {
  return std::make_unique<OnCpu>(max_stacks);
}

}  // namespace knotestat::probes

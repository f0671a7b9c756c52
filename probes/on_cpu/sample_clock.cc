// SPDX-License-Identifier: BSD-2-Clause
#include "probes/on_cpu/sample_clock.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"

namespace knotestat::probes {
namespace {

// 0 if the thread has ended.
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

}  // namespace

SampleClock BestSampleClock() {
  const int cycles = OpenSampleClock(SampleClock::kCycles, /*thread=*/0, 1);
  if (cycles < 0) return SampleClock::kSoftware;
  close(cycles);
  return SampleClock::kCycles;
}

int OpenSampleClock(SampleClock clock, pid_t thread, int hz) {
  const bool cycles = clock == SampleClock::kCycles;
  perf_event_attr attributes{};
  attributes.type = cycles ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE;
  attributes.size = sizeof(attributes);
  attributes.config = cycles ? static_cast<uint64_t>(PERF_COUNT_HW_CPU_CYCLES)
                             : static_cast<uint64_t>(PERF_COUNT_SW_CPU_CLOCK);
  attributes.freq = 1;
  attributes.sample_freq = static_cast<uint64_t>(hz);
  attributes.disabled = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, thread,
                                  /*cpu=*/-1, /*group=*/-1,
                                  PERF_FLAG_FD_CLOEXEC));
}

std::vector<pid_t> OwnThreads() {
  std::vector<pid_t> threads;
  std::error_code error;  // without /proc there are none
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task", error)) {
    if (pid_t id = InnermostId(task.path()); id != 0) threads.push_back(id);
  }
  return threads;
}

}  // namespace knotestat::probes

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/env/hw_env.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/rseq.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "knote/env/cpu_limit.h"

namespace knote {
namespace {

long Membarrier(int command) {
  return SystemCall(SYS_membarrier, command, 0, 0, nullptr);
}

// A fence that did not take place would leave readers unprotected without a
// word. It is refused to a process that has not registered: this one has in
// HeavyFenceMissing(), unless a strategy does not say that it
// needs_heavy_fence.
void MembarrierOrAbort(int command, int registration) {
  if (Membarrier(command) == 0) [[likely]]
    return;
  Membarrier(registration);
  const long error = Membarrier(command);
  if (error == 0) return;
  std::fprintf(stderr,
               "membarrier(2) failed: %s: readers are not protected without "
               "it; let no seccomp filter refuse it\n",
               std::strerror(static_cast<int>(-error)));
  std::abort();
}

// What /sys says: CPUs that there are, or that can be plugged in.
int PossibleCpus() {
  const int fd = open("/sys/devices/system/cpu/possible", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char list[4096];
  const ssize_t bytes = read(fd, list, sizeof list);
  close(fd);
  return bytes <= 0 ? 0 : CpuLimitOf({list, static_cast<size_t>(bytes)});
}

}  // namespace

void HwEnv::HeavyFence() {
  MembarrierOrAbort(MEMBARRIER_CMD_PRIVATE_EXPEDITED,
                    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

void HwEnv::RestartFence() {
#if defined(__x86_64__)
  MembarrierOrAbort(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
                    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
#else
  HeavyFence();
#endif
}

void HwEnv::Yield() { sched_yield(); }

uint64_t HwEnv::Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(now.tv_nsec);
}

uintptr_t HwEnv::ThreadId() {
  alignas(16) static thread_local char here;
  return reinterpret_cast<uintptr_t>(&here);
}

int HwEnv::CpuLimit() {
  static const int limit = [] {
    const int possible = PossibleCpus();
    return possible != 0 ? possible : BitsOfCpuMask();
  }();
  return limit;
}

std::optional<std::string> HwEnv::HeavyFenceMissing() {
  static const long registered =
      Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  if (registered == 0) return std::nullopt;
  return std::string("membarrier(2) is refused (") +
         std::strerror(static_cast<int>(-registered)) +
         "): it needs Linux 4.14 and no seccomp filter on it";
}

std::optional<std::string> HwEnv::RestartFenceMissing() {
#if defined(__x86_64__)
  static const long registered =
      Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
  if (registered != 0) {
    return std::string("membarrier(2) cannot restart sequences (") +
           std::strerror(static_cast<int>(-registered)) +
           "): it needs Linux 5.10 with rseq, and no seccomp filter on it";
  }
  return std::nullopt;
#else
  return HeavyFenceMissing();
#endif
}

std::optional<std::string> HwEnv::PercpuMissing() {
#if defined(__x86_64__)
  if (__rseq_size == 0) {
    return "rseq(2) is not registered for this process: it needs Linux 4.18, "
           "glibc 2.35 and no glibc.pthread.rseq=0 in GLIBC_TUNABLES";
  }
#endif
  return std::nullopt;
}

}  // namespace knote

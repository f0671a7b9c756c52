// System calls are made inline: Debian's libc has no frame pointers, and a
// stack that begins there ends there. The stack pointer as an operand of the
// instruction makes the compiler set up a frame before it, which it leaves out
// of leaf functions in spite of -mno-omit-leaf-frame-pointer; the caller would
// be missing from the stack.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/off_cpu/sleepers.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include <atomic>
#include <thread>

#define KNOTESTAT_SLEEPER [[gnu::noinline, gnu::section("kns_sleepers")]]

// The linker defines them for a section whose name is a C identifier.
extern "C" const char __start_kns_sleepers[];
extern "C" const char __stop_kns_sleepers[];

namespace knotestat::probes {
namespace {

[[gnu::always_inline]] inline long SystemCall(long number, long a, long b,
                                              long c, long d) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register uintptr_t stack_pointer asm("rsp");
  asm volatile("syscall"
               : "=a"(result), "+r"(stack_pointer)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
#else
#error "SystemCall: add this architecture"
#endif
}

KNOTESTAT_SLEEPER void WaitWhile(std::atomic<uint32_t>& turn, uint32_t value) {
  while (turn.load(std::memory_order_acquire) == value) {
    SystemCall(SYS_futex, reinterpret_cast<long>(&turn), FUTEX_WAIT_PRIVATE,
               value, 0);
  }
}

// How often this thread has gone to sleep, by the kernel's own count. A call of
// nanosleep is not always a sleep: where others take the CPU away, the timer
// can go off on the way there, and then the thread never leaves.
KNOTESTAT_SLEEPER long VoluntarySwitches() {
  rusage usage;
  SystemCall(SYS_getrusage, RUSAGE_THREAD, reinterpret_cast<long>(&usage), 0,
             0);
  return usage.ru_nvcsw;
}

// Passes the turn to and fro; this thread has it while `turn` is `own`.
void PassTurns(std::atomic<uint32_t>& turn, uint32_t own, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) {
    WaitWhile(turn, 1 - own);
    turn.store(1 - own, std::memory_order_release);
    SystemCall(SYS_futex, reinterpret_cast<long>(&turn), FUTEX_WAKE_PRIVATE, 1,
               0);
  }
}

}  // namespace

KNOTESTAT_SLEEPER void SleepInSection(uint64_t times) {
  const long last = VoluntarySwitches() + static_cast<long>(times);
  while (VoluntarySwitches() < last) {
    timespec pause{.tv_sec = 0, .tv_nsec = 100'000};
    SystemCall(SYS_nanosleep, reinterpret_cast<long>(&pause), 0, 0, 0);
  }
}

void HandOff(uint64_t times) {
  cpu_set_t before, one;
  sched_getaffinity(0, sizeof(before), &before);
  CPU_ZERO(&one);
  CPU_SET(static_cast<size_t>(sched_getcpu()), &one);
  sched_setaffinity(0, sizeof(one), &one);  // the other thread inherits it

  std::atomic<uint32_t> turn = 0;
  std::thread other([&] { PassTurns(turn, 1, times / 2); });
  PassTurns(turn, 0, times / 2);
  other.join();
  sched_setaffinity(0, sizeof(before), &before);
}

void SetSectionText(Target& target) {
  target.driver_text_begin = reinterpret_cast<uintptr_t>(__start_kns_sleepers);
  target.driver_text_end = reinterpret_cast<uintptr_t>(__stop_kns_sleepers);
}

}  // namespace knotestat::probes

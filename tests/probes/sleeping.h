// Sleeping by inline system calls, so that the innermost frame is in the
// caller's text and not in libc, which has no frame pointers.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_PROBES_SLEEPING_H_
#define KNOTESTAT_TESTS_PROBES_SLEEPING_H_

#include <linux/futex.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>

// The text of BlockedThread::WaitForWord().
extern "C" const char __start_test_blocked_text[];
extern "C" const char __stop_test_blocked_text[];

namespace knotestat::probes {

[[gnu::always_inline]] inline long InlineSystemCall(long number, long a,
                                                    long b = 0, long c = 0,
                                                    long d = 0) {
  long result;
  register long r10 asm("r10") = d;
  // Being an operand, the stack pointer forces a frame.
  register uintptr_t stack_pointer asm("rsp");
  asm volatile("syscall"
               : "=a"(result), "+r"(stack_pointer)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
}

[[gnu::always_inline]] inline void SleepInline(uint64_t ns) {
  timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(ns)};
  InlineSystemCall(SYS_nanosleep, reinterpret_cast<long>(&pause));
}

// How often this thread has left its CPU to sleep, by the kernel's own count.
[[gnu::always_inline]] inline long VoluntarySwitches() {
  rusage usage;
  InlineSystemCall(SYS_getrusage, RUSAGE_THREAD,
                   reinterpret_cast<long>(&usage));
  return usage.ru_nvcsw;
}

// Until `ns` have been slept at a stretch: if the timer goes off on the way to
// sleep, which happens where others take the CPU away, nothing was.
[[gnu::always_inline]] inline void SleepOnceInline(uint64_t ns) {
  const long before = VoluntarySwitches();
  while (VoluntarySwitches() == before) SleepInline(ns);
}

// Tells other threads when this one has gone to sleep.
class SleepWatch {
 public:
  // By the thread that will sleep next, at once.
  void Announce() {
    // The name that /proc has for us, whatever pid namespace it shows.
    char link[64] = {};
    if (readlink("/proc/thread-self", link, sizeof(link) - 1) < 0) abort();
    status_ = "/proc/" + std::string(link) + "/status";
    before_ = probes::VoluntarySwitches();
    ready_ = true;
  }
  // By another one: returns once that sleeps.
  void Await() const {
    while (!ready_) sched_yield();
    // The kernel counts the switch as it leaves the CPU.
    while (VoluntarySwitches() <= before_) sched_yield();
  }

 private:
  long VoluntarySwitches() const {
    std::ifstream file(status_);
    const std::string field = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(field)) return std::stol(line.substr(field.size()));
    }
    return 0;
  }

  std::atomic<bool> ready_ = false;
  std::string status_;
  long before_ = 0;
};

// A thread that sleeps in WaitForWord() from the constructor's return until
// Wake().
class BlockedThread {
 public:
  BlockedThread() : thread_([this] { Run(); }) { watch_.Await(); }
  void Wake() {
    word_ = 1;
    InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word_),
                     FUTEX_WAKE_PRIVATE, 1);
    thread_.join();
  }

  [[gnu::noinline, gnu::section("test_blocked_text")]] static void WaitForWord(
      std::atomic<uint32_t>& word) {
    while (word == 0) {
      InlineSystemCall(SYS_futex, reinterpret_cast<long>(&word),
                       FUTEX_WAIT_PRIVATE, 0, 0);
    }
  }

 private:
  void Run() {
    watch_.Announce();
    WaitForWord(word_);
  }

  std::atomic<uint32_t> word_ = 0;
  SleepWatch watch_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_TESTS_PROBES_SLEEPING_H_

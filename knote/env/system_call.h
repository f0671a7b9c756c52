// System calls issued inline.
//
// libc's wrappers have no frame pointer, so a stack that eBPF unwinds from
// inside one loses the caller's frame. Issued inline, the innermost address is
// in our own code: a thread that sleeps in a driver function is seen there.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_SYSTEM_CALL_H_
#define KNOTESTAT_KNOTE_ENV_SYSTEM_CALL_H_

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace knote {

inline constexpr long kFutex = SYS_futex;
inline constexpr long kNanosleep = SYS_nanosleep;
inline constexpr long kFutexWaitPrivate = FUTEX_WAIT_PRIVATE;
inline constexpr long kFutexWakePrivate = FUTEX_WAKE_PRIVATE;

// Returns what the kernel returns: a negative errno on failure. Leaves errno
// alone.
template <class A, class B, class C, class D>
[[gnu::always_inline]] inline long SystemCall(long number, A a, B b, C c, D d) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = (long)d;
  // Naming the stack pointer makes the compiler set up the frame before, also
  // in a leaf function, whose frame it would leave out otherwise.
  register uintptr_t stack_pointer asm("rsp");
  asm volatile("syscall"
               : "=a"(result), "+r"(stack_pointer)
               : "a"(number), "D"((long)a), "S"((long)b), "d"((long)c), "r"(r10)
               : "rcx", "r11", "memory");
  return result;
#else
  return syscall(number, a, b, c, d, nullptr, 0);
#endif
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_SYSTEM_CALL_H_

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/called_function.h"

namespace knote {

namespace internal {
thread_local constinit uintptr_t called_function = 0;
}  // namespace internal

int64_t CalledFunctionOffset() {
#if defined(__x86_64__)
  // The word that %fs points to is its own address (x86-64 psABI, TLS).
  uintptr_t thread_pointer;
  asm("movq %%fs:0, %0" : "=r"(thread_pointer));
  return static_cast<int64_t>(
      reinterpret_cast<uintptr_t>(&internal::called_function) - thread_pointer);
#else
  return 0;
#endif
}

}  // namespace knote

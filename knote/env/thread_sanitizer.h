// Orderings that inline assembly hides from ThreadSanitizer.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_THREAD_SANITIZER_H_
#define KNOTESTAT_KNOTE_ENV_THREAD_SANITIZER_H_

#if defined(__SANITIZE_THREAD__)
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace knote {

[[gnu::always_inline]] inline void TsanRelease([[maybe_unused]] void* address) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(address);
#endif
}

[[gnu::always_inline]] inline void TsanAcquire([[maybe_unused]] void* address) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(address);
#endif
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_THREAD_SANITIZER_H_

// Which function of a filter the calling thread has called last.
//
// A reader that keeps klist_fini() waiting wakes its caller after it has
// returned from the driver's function, so a stack taken then does not say whose
// that was. Dispatch notes it here before each call, with one plain store into
// the thread's own memory, for the probe `blame` to read.
//
// It says what was called last, no more: after a scan that called several, or a
// kqueue that watches another one, the section that the writer waited for may
// have begun earlier.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_CALLED_FUNCTION_H_
#define KNOTESTAT_KNOTE_CALLED_FUNCTION_H_

#include <cstdint>

namespace knote {

namespace internal {
// A shared object reaches it by one more load, not by a call.
extern thread_local constinit uintptr_t called_function
    [[gnu::tls_model("initial-exec")]];
}  // namespace internal

// `function` (f_event, f_detach) is about to be called. Only threads of the
// machine have memory of their own.
template <class Env, class Function>
[[gnu::always_inline]] inline void NoteCall(Function* function) {
  if constexpr (requires { Env::kThreadLocals; })
    internal::called_function = reinterpret_cast<uintptr_t>(function);
}

// A klist_fini() begins: what the thread had called before is none of its
// business, should it be the one to wake another writer.
template <class Env>
inline void ForgetCall() {
  if constexpr (requires { Env::kThreadLocals; }) internal::called_function = 0;
}

// Where the variable lies, in bytes from the thread pointer on; the same for
// all threads. 0 if that is not known for this architecture.
int64_t CalledFunctionOffset();

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_CALLED_FUNCTION_H_

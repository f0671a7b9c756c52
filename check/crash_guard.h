// Turns a wild memory access of the code under check into a finding.
//
// Freed memory is poisoned with an address that is not one, so that whoever
// follows a pointer out of it faults.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_CRASH_GUARD_H_
#define KNOTESTAT_CHECK_CRASH_GUARD_H_

namespace knotestat::check {

// While one exists, SIGSEGV, SIGBUS, SIGILL and SIGABRT (an assertion) end the
// current execution with a finding. Faults outside of an execution are passed
// on. One OS thread.
class CrashGuard {
 public:
  CrashGuard();
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_CRASH_GUARD_H_

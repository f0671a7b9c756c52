// The oracle: the definition of correct.
//
// After klist_fini() has returned, two things must never happen: a function of
// the driver runs, or the driver's memory is touched. Every driver function
// asks at its beginning and at its end whether its softc is still the one that
// the knote was attached to, and still attached; both are plain loads of a
// line that it uses anyway, so the oracle is always on.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ORACLE_H_
#define KNOTESTAT_KNOTE_ORACLE_H_

#include <atomic>
#include <cstdint>

namespace knote {

// What went wrong, by kind. Thread-safe.
struct Oracle {
  std::atomic<uint64_t> entered_after_fini{0};  // a function was called
  std::atomic<uint64_t> inside_after_fini{0};   // a function was still running

  uint64_t violations() const {
    return entered_after_fini.load(std::memory_order_relaxed) +
           inside_after_fini.load(std::memory_order_relaxed);
  }
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ORACLE_H_

// Instructions of which each takes one cycle of the CPU's clock, one after the
// other: a known cost to plant, and a ruler for the length of a cycle.
//
// Each reads what the one before it wrote, so none can start earlier, and an
// exclusive or of two registers takes one cycle on every x86-64 CPU (Agner Fog,
// "Instruction tables": latency 1 from Sandy Bridge and Bulldozer on; unlike
// additions of constants, which Golden Cove drops on the way).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_CYCLE_CHAIN_H_
#define KNOTESTAT_KNOTE_ENV_CYCLE_CHAIN_H_

#include <cstdint>

namespace knote {

#if defined(__x86_64__)
#define KNOTESTAT_CYCLE_CHAIN 1

// kCycles cycles after what came before.
template <int kCycles>
[[gnu::always_inline]] inline uint64_t CycleChain(uint64_t value) {
  asm volatile(
      ".rept %c2\n\t"
      "xorq %1, %0\n\t"
      ".endr"
      : "+r"(value)
      : "r"(uint64_t{1}), "i"(kCycles)
      : "cc");
  return value;
}

// The same, with everything before it finished when it starts and nothing
// after it begun when it ends.
template <int kCycles>
[[gnu::always_inline]] inline void FencedCycleChain() {
  uint64_t value = 0;
  asm volatile(
      "lfence\n\t"
      ".rept %c2\n\t"
      "xorq %1, %0\n\t"
      ".endr\n\t"
      "lfence"
      : "+r"(value)
      : "r"(uint64_t{1}), "i"(kCycles)
      : "cc", "memory");
}
#endif

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_CYCLE_CHAIN_H_

// srcu_light: srcu with all of the fences' cost on the writer's side.
//
// As srcu.h, but the reader's fences only stop the compiler, and the writer
// makes every running thread pass a barrier instead.
// Origin: Linux's SRCU-fast (P. McKenney, 2025), whose writer waits for an RCU
// grace period there; here it is a membarrier.
//
// Reader cost: two restartable adds and two loads, about 2 ns. Writer cost: a
// membarrier (about 1 us), sums over all CPUs, and the sections open at that
// moment. 256 bytes per CPU.
// A reader may block, recurse, migrate, and be entered under any lock.
//
// Ordering
//  S1 to S4 of srcu.h, with LightFence on the reader's side and HeavyFence on
//  the writer's.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_SRCU_LIGHT_SRCU_LIGHT_H_
#define KNOTESTAT_KNOTE_STRATEGIES_SRCU_LIGHT_SRCU_LIGHT_H_

#include "knote/strategies/srcu/srcu.h"

namespace knote {

template <class Env>
struct LightFences {
  static constexpr StrategyInfo Describe(StrategyInfo info) {
    info.name = "srcu_light";
    info.summary = "two banks of per-CPU counters, no fence in the reader";
    info.plain_reader = true;
    info.needs_heavy_fence = true;
    return info;
  }
  [[gnu::always_inline]] static void Reader() { Env::LightFence(); }
  static void Writer() { Env::HeavyFence(); }
};

template <class Env, Scope kScope = Scope::kGlobal>
using SrcuLight = GraceStrategy<SrcuBanks<Env, LightFences<Env>>, kScope>;

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_SRCU_LIGHT_SRCU_LIGHT_H_

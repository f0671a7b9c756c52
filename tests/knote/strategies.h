// The strategies, as types, for suites that hold for every one of them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_
#define KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_

#include <gtest/gtest.h>

#include <string>

#include "knote/env/hw_env.h"
#include "knote/strategies/bravo/bravo.h"
#include "knote/strategies/brlock/brlock.h"
#include "knote/strategies/epoch/epoch.h"
#include "knote/strategies/hazard_pointer/hazard_pointer.h"
#include "knote/strategies/knote_mutex/knote_mutex.h"
#include "knote/strategies/localcount/localcount.h"
#include "knote/strategies/none/none.h"
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"
#include "knote/strategies/pserialize_refcount/pserialize_refcount.h"
#include "knote/strategies/psref/psref.h"
#include "knote/strategies/qsbr/qsbr.h"
#include "knote/strategies/refcount/refcount.h"
#include "knote/strategies/rmlock/rmlock.h"
#include "knote/strategies/rms/rms.h"
#include "knote/strategies/rwlock/rwlock.h"
#include "knote/strategies/srcu/srcu.h"
#include "knote/strategies/srcu_light/srcu_light.h"

namespace knote {

// Every mechanism of our own at every scope that it has. A test compares this
// list with the registry.
template <class E>
using StrategiesOf = testing::Types<
    None<E>, Rwlock<E>, Rwlock<E, Scope::kKlist>, RwlockInKnote<E>,
    KnoteMutex<E>, PercpuRwlock<E>, PercpuRwlock<E, Scope::kKlist>, Brlock<E>,
    Bravo<E>, Rms<E>, Rms<E, Scope::kKlist>, Rmlock<E>, Srcu<E>,
    Srcu<E, Scope::kKlist>, SrcuLight<E>, SrcuLight<E, Scope::kKlist>, Psref<E>,
    Epoch<E>, Qsbr<E>, HazardPointer<E>, Localcount<E>, Refcount<E>,
    PserializeRefcount<E>>;
using AllStrategies = StrategiesOf<HwEnv>;

// For what no strategy is to change and can only be seen from inside: one of
// each kind (nothing, a lock, references, a grace period, one that wants to
// know who is at work).
using OneOfEachKind = testing::Types<None<HwEnv>, Rwlock<HwEnv>, Psref<HwEnv>,
                                     Epoch<HwEnv>, Qsbr<HwEnv>>;

// Names a typed suite's cases after the strategy.
struct StrategyName {
  template <class S>
  static std::string GetName(int) {
    return std::string(S::kInfo.name) + "_" + std::string(S::kInfo.scope);
  }
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_

// The strategies, as types, for suites that hold for every one of them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_
#define KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_

#include <gtest/gtest.h>

#include <string>

#include "knote/env/hw_env.h"
#include "knote/strategies/epoch/epoch.h"
#include "knote/strategies/knote_mutex/knote_mutex.h"
#include "knote/strategies/none/none.h"
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"
#include "knote/strategies/psref/psref.h"
#include "knote/strategies/rwlock/rwlock.h"

namespace knote {

using SafeStrategies =
    testing::Types<Rwlock<HwEnv>, KnoteMutex<HwEnv>, PercpuRwlock<HwEnv>,
                   Psref<HwEnv>, Epoch<HwEnv>>;
using AllStrategies =
    testing::Types<None<HwEnv>, Rwlock<HwEnv>, KnoteMutex<HwEnv>,
                   PercpuRwlock<HwEnv>, Psref<HwEnv>, Epoch<HwEnv>>;

// Names a typed suite's cases after the strategy.
struct StrategyName {
  template <class S>
  static std::string GetName(int) {
    return std::string(S::kInfo.name);
  }
};

}  // namespace knote

#endif  // KNOTESTAT_TESTS_KNOTE_STRATEGIES_H_

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using PercpuRwlock = knote::PercpuRwlock<CheckEnv>;

const StrategyRegistration percpu_rwlock_publishes_late(
    MutantOf<PublishesLate<PercpuRwlock>, PercpuRwlock>(
        "percpu_rwlock-publishes-late"));
const StrategyRegistration percpu_rwlock_leaves_early(
    MutantOf<LeavesEarly<PercpuRwlock>, PercpuRwlock>(
        "percpu_rwlock-leaves-early"));
const StrategyRegistration percpu_rwlock_never_leaves(
    MutantOf<NeverLeaves<PercpuRwlock>, PercpuRwlock>(
        "percpu_rwlock-never-leaves"));
const StrategyRegistration percpu_rwlock_never_waits(
    MutantOf<NeverWaits<PercpuRwlock>, PercpuRwlock>(
        "percpu_rwlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

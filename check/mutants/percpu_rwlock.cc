// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/percpu_rwlock/percpu_rwlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Correct = knote::PercpuRwlock<CheckEnv>;

const StrategyRegistration registration_publishes_late(
    MutantOf<PublishesLate<Correct>, Correct>("percpu_rwlock-publishes-late"));
const StrategyRegistration registration_leaves_early(
    MutantOf<LeavesEarly<Correct>, Correct>("percpu_rwlock-leaves-early"));
const StrategyRegistration registration_never_leaves(
    MutantOf<NeverLeaves<Correct>, Correct>("percpu_rwlock-never-leaves"));
const StrategyRegistration registration_never_waits(
    MutantOf<NeverWaits<Correct>, Correct>("percpu_rwlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

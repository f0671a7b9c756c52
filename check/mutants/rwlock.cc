// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Rwlock = knote::Rwlock<CheckEnv>;

const StrategyRegistration rwlock_publishes_late(
    MutantOf<PublishesLate<Rwlock>, Rwlock>("rwlock-publishes-late"));
const StrategyRegistration rwlock_leaves_early(
    MutantOf<LeavesEarly<Rwlock>, Rwlock>("rwlock-leaves-early"));
const StrategyRegistration rwlock_never_leaves(
    MutantOf<NeverLeaves<Rwlock>, Rwlock>("rwlock-never-leaves"));
const StrategyRegistration rwlock_never_waits(
    MutantOf<NeverWaits<Rwlock>, Rwlock>("rwlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

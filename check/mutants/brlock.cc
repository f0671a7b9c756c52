// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/brlock/brlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Brlock = knote::Brlock<CheckEnv>;

const StrategyRegistration brlock_publishes_late(
    MutantOf<PublishesLate<Brlock>, Brlock>("brlock-publishes-late"));
const StrategyRegistration brlock_leaves_early(
    MutantOf<LeavesEarly<Brlock>, Brlock>("brlock-leaves-early"));
const StrategyRegistration brlock_never_leaves(
    MutantOf<NeverLeaves<Brlock>, Brlock>("brlock-never-leaves"));
const StrategyRegistration brlock_never_waits(
    MutantOf<NeverWaits<Brlock>, Brlock>("brlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

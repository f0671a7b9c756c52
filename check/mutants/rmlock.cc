// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rmlock/rmlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Rmlock = knote::Rmlock<CheckEnv>;

const StrategyRegistration rmlock_publishes_late(
    MutantOf<PublishesLate<Rmlock>, Rmlock>("rmlock-publishes-late"));
const StrategyRegistration rmlock_leaves_early(
    MutantOf<LeavesEarly<Rmlock>, Rmlock>("rmlock-leaves-early"));
const StrategyRegistration rmlock_never_leaves(
    MutantOf<NeverLeaves<Rmlock>, Rmlock>("rmlock-never-leaves"));
const StrategyRegistration rmlock_never_waits(
    MutantOf<NeverWaits<Rmlock>, Rmlock>("rmlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Correct = knote::Rwlock<CheckEnv>;

const StrategyRegistration registration_publishes_late(
    MutantOf<PublishesLate<Correct>, Correct>("rwlock-publishes-late"));
const StrategyRegistration registration_leaves_early(
    MutantOf<LeavesEarly<Correct>, Correct>("rwlock-leaves-early"));
const StrategyRegistration registration_never_leaves(
    MutantOf<NeverLeaves<Correct>, Correct>("rwlock-never-leaves"));
const StrategyRegistration registration_never_waits(
    MutantOf<NeverWaits<Correct>, Correct>("rwlock-never-waits"));

}  // namespace
}  // namespace knotestat::check

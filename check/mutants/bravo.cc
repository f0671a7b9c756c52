// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/bravo/bravo.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Bravo = knote::Bravo<CheckEnv>;

const StrategyRegistration bravo_publishes_late(
    MutantOf<PublishesLate<Bravo>, Bravo>("bravo-publishes-late"));
const StrategyRegistration bravo_leaves_early(
    MutantOf<LeavesEarly<Bravo>, Bravo>("bravo-leaves-early"));
const StrategyRegistration bravo_never_leaves(
    MutantOf<NeverLeaves<Bravo>, Bravo>("bravo-never-leaves"));
const StrategyRegistration bravo_never_waits(
    MutantOf<NeverWaits<Bravo>, Bravo>("bravo-never-waits"));

}  // namespace
}  // namespace knotestat::check

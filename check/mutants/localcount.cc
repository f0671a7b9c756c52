// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/localcount/localcount.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Localcount = knote::Localcount<CheckEnv>;

const StrategyRegistration localcount_publishes_late(
    MutantOf<PublishesLate<Localcount>, Localcount>(
        "localcount-publishes-late"));
const StrategyRegistration localcount_walks_unlocked(
    MutantOf<WalksUnlocked<Localcount>, Localcount>(
        "localcount-walks-unlocked"));
const StrategyRegistration localcount_wrong_knote(
    MutantOf<WrongKnote<Localcount>, Localcount>("localcount-wrong-klist"));
const StrategyRegistration localcount_leaves_early(
    MutantOf<LeavesEarly<Localcount>, Localcount>("localcount-leaves-early"));
const StrategyRegistration localcount_never_leaves(
    MutantOf<NeverLeaves<Localcount>, Localcount>("localcount-never-leaves"));
const StrategyRegistration localcount_never_waits(
    MutantOf<NeverWaits<Localcount>, Localcount>("localcount-never-waits"));

}  // namespace
}  // namespace knotestat::check

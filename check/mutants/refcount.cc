// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/refcount/refcount.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Refcount = knote::Refcount<CheckEnv>;

const StrategyRegistration refcount_publishes_late(
    MutantOf<PublishesLate<Refcount>, Refcount>("refcount-publishes-late"));
const StrategyRegistration refcount_walks_unlocked(
    MutantOf<WalksUnlocked<Refcount>, Refcount>("refcount-walks-unlocked"));
const StrategyRegistration refcount_wrong_knote(
    MutantOf<WrongKnote<Refcount>, Refcount>("refcount-wrong-klist"));
const StrategyRegistration refcount_leaves_early(
    MutantOf<LeavesEarly<Refcount>, Refcount>("refcount-leaves-early"));
const StrategyRegistration refcount_never_leaves(
    MutantOf<NeverLeaves<Refcount>, Refcount>("refcount-never-leaves"));
const StrategyRegistration refcount_never_waits(
    MutantOf<NeverWaits<Refcount>, Refcount>("refcount-never-waits"));

}  // namespace
}  // namespace knotestat::check

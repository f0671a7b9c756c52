// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu/srcu.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Srcu = knote::Srcu<CheckEnv>;

const StrategyRegistration srcu_publishes_late(
    MutantOf<PublishesLate<Srcu>, Srcu>("srcu-publishes-late"));
const StrategyRegistration srcu_walks_unlocked(
    MutantOf<WalksUnlocked<Srcu>, Srcu>("srcu-walks-unlocked"));
const StrategyRegistration srcu_leaves_early(
    MutantOf<LeavesEarly<Srcu>, Srcu>("srcu-leaves-early"));
const StrategyRegistration srcu_never_leaves(
    MutantOf<NeverLeaves<Srcu>, Srcu>("srcu-never-leaves"));
const StrategyRegistration srcu_never_waits(
    MutantOf<NeverWaits<Srcu>, Srcu>("srcu-never-waits"));

}  // namespace
}  // namespace knotestat::check

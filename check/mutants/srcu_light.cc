// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/srcu_light/srcu_light.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using SrcuLight = knote::SrcuLight<CheckEnv>;

const StrategyRegistration srcu_light_publishes_late(
    MutantOf<PublishesLate<SrcuLight>, SrcuLight>("srcu_light-publishes-late"));
const StrategyRegistration srcu_light_walks_unlocked(
    MutantOf<WalksUnlocked<SrcuLight>, SrcuLight>("srcu_light-walks-unlocked"));
const StrategyRegistration srcu_light_leaves_early(
    MutantOf<LeavesEarly<SrcuLight>, SrcuLight>("srcu_light-leaves-early"));
const StrategyRegistration srcu_light_never_leaves(
    MutantOf<NeverLeaves<SrcuLight>, SrcuLight>("srcu_light-never-leaves"));
const StrategyRegistration srcu_light_never_waits(
    MutantOf<NeverWaits<SrcuLight>, SrcuLight>("srcu_light-never-waits"));

}  // namespace
}  // namespace knotestat::check

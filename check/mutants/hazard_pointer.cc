// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/hazard_pointer/hazard_pointer.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using HazardPointer = knote::HazardPointer<CheckEnv>;

const StrategyRegistration hazard_pointer_publishes_late(
    MutantOf<PublishesLate<HazardPointer>, HazardPointer>(
        "hazard_pointer-publishes-late"));
const StrategyRegistration hazard_pointer_walks_unlocked(
    MutantOf<WalksUnlocked<HazardPointer>, HazardPointer>(
        "hazard_pointer-walks-unlocked"));
const StrategyRegistration hazard_pointer_wrong_knote(
    MutantOf<WrongKnote<HazardPointer>, HazardPointer>(
        "hazard_pointer-wrong-klist"));
const StrategyRegistration hazard_pointer_leaves_early(
    MutantOf<LeavesEarly<HazardPointer>, HazardPointer>(
        "hazard_pointer-leaves-early"));
const StrategyRegistration hazard_pointer_never_leaves(
    MutantOf<NeverLeaves<HazardPointer>, HazardPointer>(
        "hazard_pointer-never-leaves"));
const StrategyRegistration hazard_pointer_never_waits(
    MutantOf<NeverWaits<HazardPointer>, HazardPointer>(
        "hazard_pointer-never-waits"));

}  // namespace
}  // namespace knotestat::check

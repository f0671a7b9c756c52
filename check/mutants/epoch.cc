// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/epoch/epoch.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Correct = knote::Epoch<CheckEnv>;

const StrategyRegistration registration_publishes_late(
    MutantOf<PublishesLate<Correct>, Correct>("epoch-publishes-late"));
const StrategyRegistration registration_walks_unlocked(
    MutantOf<WalksUnlocked<Correct>, Correct>("epoch-walks-unlocked"));
const StrategyRegistration registration_leaves_early(
    MutantOf<LeavesEarly<Correct>, Correct>("epoch-leaves-early"));
const StrategyRegistration registration_never_leaves(
    MutantOf<NeverLeaves<Correct>, Correct>("epoch-never-leaves"));
const StrategyRegistration registration_never_waits(
    MutantOf<NeverWaits<Correct>, Correct>("epoch-never-waits"));
const StrategyRegistration registration_never_frees(
    MutantOf<NeverFrees<Correct>, Correct>("epoch-never-frees"));

}  // namespace
}  // namespace knotestat::check

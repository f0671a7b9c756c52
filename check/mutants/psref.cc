// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/psref/psref.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Correct = knote::Psref<CheckEnv>;

const StrategyRegistration registration_publishes_late(
    MutantOf<PublishesLate<Correct>, Correct>("psref-publishes-late"));
const StrategyRegistration registration_walks_unlocked(
    MutantOf<WalksUnlocked<Correct>, Correct>("psref-walks-unlocked"));
const StrategyRegistration registration_wrong_klist(
    MutantOf<WrongKnote<Correct>, Correct>("psref-wrong-klist"));
const StrategyRegistration registration_leaves_early(
    MutantOf<LeavesEarly<Correct>, Correct>("psref-leaves-early"));
const StrategyRegistration registration_never_leaves(
    MutantOf<NeverLeaves<Correct>, Correct>("psref-never-leaves"));
const StrategyRegistration registration_never_waits(
    MutantOf<NeverWaits<Correct>, Correct>("psref-never-waits"));

}  // namespace
}  // namespace knotestat::check

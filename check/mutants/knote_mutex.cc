// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/knote_mutex/knote_mutex.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Correct = knote::KnoteMutex<CheckEnv>;

const StrategyRegistration registration_publishes_late(
    MutantOf<PublishesLate<Correct>, Correct>("knote_mutex-publishes-late"));
const StrategyRegistration registration_wrong_knote(
    MutantOf<WrongKnote<Correct>, Correct>("knote_mutex-wrong-knote"));
const StrategyRegistration registration_leaves_early(
    MutantOf<LeavesEarly<Correct>, Correct>("knote_mutex-leaves-early"));
const StrategyRegistration registration_never_leaves(
    MutantOf<NeverLeaves<Correct>, Correct>("knote_mutex-never-leaves"));
const StrategyRegistration registration_never_waits(
    MutantOf<NeverWaits<Correct>, Correct>("knote_mutex-never-waits"));
const StrategyRegistration registration_frees_early(
    MutantOf<FreesEarly<Correct>, Correct>("knote_mutex-frees-early"));
const StrategyRegistration registration_never_frees(
    MutantOf<NeverFrees<Correct>, Correct>("knote_mutex-never-frees"));

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/psref/psref.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Psref = knote::Psref<CheckEnv>;

const StrategyRegistration psref_publishes_late(
    MutantOf<PublishesLate<Psref>, Psref>("psref-publishes-late"));
const StrategyRegistration psref_walks_unlocked(
    MutantOf<WalksUnlocked<Psref>, Psref>("psref-walks-unlocked"));
const StrategyRegistration psref_wrong_klist(
    MutantOf<WrongKnote<Psref>, Psref>("psref-wrong-klist"));
const StrategyRegistration psref_leaves_early(
    MutantOf<LeavesEarly<Psref>, Psref>("psref-leaves-early"));
const StrategyRegistration psref_never_leaves(
    MutantOf<NeverLeaves<Psref>, Psref>("psref-never-leaves"));
const StrategyRegistration psref_notes_inside(
    MutantOf<NotesInside<Psref>, Psref>("psref-notes-inside"));
const StrategyRegistration psref_never_waits(
    MutantOf<NeverWaits<Psref>, Psref>("psref-never-waits"));

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/epoch/epoch.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Epoch = knote::Epoch<CheckEnv>;

const StrategyRegistration epoch_publishes_late(
    MutantOf<PublishesLate<Epoch>, Epoch>("epoch-publishes-late"));
const StrategyRegistration epoch_walks_unlocked(
    MutantOf<WalksUnlocked<Epoch>, Epoch>("epoch-walks-unlocked"));
const StrategyRegistration epoch_leaves_early(
    MutantOf<LeavesEarly<Epoch>, Epoch>("epoch-leaves-early"));
const StrategyRegistration epoch_never_leaves(
    MutantOf<NeverLeaves<Epoch>, Epoch>("epoch-never-leaves"));
const StrategyRegistration epoch_never_waits(
    MutantOf<NeverWaits<Epoch>, Epoch>("epoch-never-waits"));
const StrategyRegistration epoch_notes_inside(
    MutantOf<NotesInside<Epoch>, Epoch>("epoch-notes-inside"));
const StrategyRegistration epoch_never_frees(
    MutantOf<NeverFrees<Epoch>, Epoch>("epoch-never-frees"));

}  // namespace
}  // namespace knotestat::check

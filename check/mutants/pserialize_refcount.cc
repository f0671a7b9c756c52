// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/pserialize_refcount/pserialize_refcount.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using PserializeRefcount = knote::PserializeRefcount<CheckEnv>;

const StrategyRegistration pserialize_refcount_publishes_late(
    MutantOf<PublishesLate<PserializeRefcount>, PserializeRefcount>(
        "pserialize_refcount-publishes-late"));
const StrategyRegistration pserialize_refcount_wrong_knote(
    MutantOf<WrongKnote<PserializeRefcount>, PserializeRefcount>(
        "pserialize_refcount-wrong-klist"));
const StrategyRegistration pserialize_refcount_leaves_early(
    MutantOf<LeavesEarly<PserializeRefcount>, PserializeRefcount>(
        "pserialize_refcount-leaves-early"));
const StrategyRegistration pserialize_refcount_never_leaves(
    MutantOf<NeverLeaves<PserializeRefcount>, PserializeRefcount>(
        "pserialize_refcount-never-leaves"));
const StrategyRegistration pserialize_refcount_never_waits(
    MutantOf<NeverWaits<PserializeRefcount>, PserializeRefcount>(
        "pserialize_refcount-never-waits"));

}  // namespace
}  // namespace knotestat::check

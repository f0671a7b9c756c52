// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/knote_mutex/knote_mutex.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using KnoteMutex = knote::KnoteMutex<CheckEnv>;

const StrategyRegistration knote_mutex_publishes_late(
    MutantOf<PublishesLate<KnoteMutex>, KnoteMutex>(
        "knote_mutex-publishes-late"));
const StrategyRegistration knote_mutex_wrong_knote(
    MutantOf<WrongKnote<KnoteMutex>, KnoteMutex>("knote_mutex-wrong-knote"));
const StrategyRegistration knote_mutex_leaves_early(
    MutantOf<LeavesEarly<KnoteMutex>, KnoteMutex>("knote_mutex-leaves-early"));
const StrategyRegistration knote_mutex_never_leaves(
    MutantOf<NeverLeaves<KnoteMutex>, KnoteMutex>("knote_mutex-never-leaves"));
const StrategyRegistration knote_mutex_forgets_detach(
    MutantOf<ForgetsDetach<KnoteMutex>, KnoteMutex>(
        "knote_mutex-forgets-detach"));
const StrategyRegistration knote_mutex_never_waits(
    MutantOf<NeverWaits<KnoteMutex>, KnoteMutex>("knote_mutex-never-waits"));
const StrategyRegistration knote_mutex_frees_early(
    MutantOf<FreesEarly<KnoteMutex>, KnoteMutex>("knote_mutex-frees-early"));
const StrategyRegistration knote_mutex_never_frees(
    MutantOf<NeverFrees<KnoteMutex>, KnoteMutex>("knote_mutex-never-frees"));

}  // namespace
}  // namespace knotestat::check

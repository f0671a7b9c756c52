// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rms/rms.h"

#include "check/mutants/wrappers.h"

namespace knotestat::check {
namespace {

using Rms = knote::Rms<CheckEnv>;

const StrategyRegistration rms_publishes_late(
    MutantOf<PublishesLate<Rms>, Rms>("rms-publishes-late"));
const StrategyRegistration rms_leaves_early(
    MutantOf<LeavesEarly<Rms>, Rms>("rms-leaves-early"));
const StrategyRegistration rms_never_leaves(
    MutantOf<NeverLeaves<Rms>, Rms>("rms-never-leaves"));
const StrategyRegistration rms_never_waits(
    MutantOf<NeverWaits<Rms>, Rms>("rms-never-waits"));

}  // namespace
}  // namespace knotestat::check

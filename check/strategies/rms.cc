// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rms/rms.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration rms_registration(EntryOf<knote::Rms<CheckEnv>>());
const StrategyRegistration rms_klist_registration(
    ScopedEntryOf<knote::Rms<CheckEnv, knote::Scope::kKlist>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rms/rms.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration rms_registration(EntryOf<Rms<HwEnv>>());
const StrategyRegistration rms_klist_registration(
    EntryOf<Rms<HwEnv, Scope::kKlist>>());

}  // namespace
}  // namespace knote

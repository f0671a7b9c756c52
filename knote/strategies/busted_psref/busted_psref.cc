// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_psref/busted_psref.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration busted_psref_registration(
    EntryOf<BustedPsref<HwEnv>>());

}  // namespace
}  // namespace knote

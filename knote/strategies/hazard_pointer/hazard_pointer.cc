// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/hazard_pointer/hazard_pointer.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration hazard_pointer_registration(
    EntryOf<HazardPointer<HwEnv>>());

}  // namespace
}  // namespace knote

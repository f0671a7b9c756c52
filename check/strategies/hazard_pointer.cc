// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/hazard_pointer/hazard_pointer.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration hazard_pointer_registration(
    EntryOf<knote::HazardPointer<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

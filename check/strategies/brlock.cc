// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/brlock/brlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration brlock_registration(
    EntryOf<knote::Brlock<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

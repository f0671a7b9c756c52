// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_epoch/busted_epoch.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration busted_epoch_registration(
    EntryOf<knote::BustedEpoch<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_bravo/busted_bravo.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration busted_bravo_registration(
    EntryOf<knote::BustedBravo<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/bravo/bravo.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration bravo_registration(
    EntryOf<knote::Bravo<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

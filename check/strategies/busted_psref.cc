// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_psref/busted_psref.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration busted_psref_registration(
    EntryOf<knote::BustedPsref<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

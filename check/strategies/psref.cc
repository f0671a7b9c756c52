// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/psref/psref.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration psref_registration(
    EntryOf<knote::Psref<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rmlock/rmlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration rmlock_registration(
    EntryOf<knote::Rmlock<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

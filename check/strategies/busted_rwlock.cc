// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_rwlock/busted_rwlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration busted_rwlock_registration(
    EntryOf<knote::BustedRwlock<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/rwlock/rwlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration rwlock_registration(
    EntryOf<knote::Rwlock<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/busted_percpu_rwlock/busted_percpu_rwlock.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration busted_percpu_rwlock_registration(
    EntryOf<knote::BustedPercpuRwlock<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

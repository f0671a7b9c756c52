// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/refcount/refcount.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration refcount_registration(
    EntryOf<knote::Refcount<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

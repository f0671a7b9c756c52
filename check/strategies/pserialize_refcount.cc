// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/pserialize_refcount/pserialize_refcount.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration pserialize_refcount_registration(
    EntryOf<knote::PserializeRefcount<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

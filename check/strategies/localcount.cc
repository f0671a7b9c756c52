// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/localcount/localcount.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration localcount_registration(
    EntryOf<knote::Localcount<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

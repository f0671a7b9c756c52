// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/epoch/epoch.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration epoch_registration(
    EntryOf<knote::Epoch<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

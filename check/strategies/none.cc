// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/none/none.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration none_registration(EntryOf<knote::None<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

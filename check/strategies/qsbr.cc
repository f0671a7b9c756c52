// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/qsbr/qsbr.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration qsbr_registration(EntryOf<knote::Qsbr<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/knote_mutex/knote_mutex.h"

#include "check/registry.h"

namespace knotestat::check {
namespace {

const StrategyRegistration knote_mutex_registration(
    EntryOf<knote::KnoteMutex<CheckEnv>>());

}  // namespace
}  // namespace knotestat::check

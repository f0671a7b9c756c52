// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/knote_mutex/knote_mutex.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration knote_mutex_registration(
    EntryOf<KnoteMutex<HwEnv>>());

}  // namespace
}  // namespace knote

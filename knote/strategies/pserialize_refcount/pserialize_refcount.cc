// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/pserialize_refcount/pserialize_refcount.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration pserialize_refcount_registration(
    EntryOf<PserializeRefcount<HwEnv>>());

}  // namespace
}  // namespace knote

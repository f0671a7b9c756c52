// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/refcount/refcount.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration refcount_registration(EntryOf<Refcount<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/localcount/localcount.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration localcount_registration(
    EntryOf<Localcount<HwEnv>>());

}  // namespace
}  // namespace knote

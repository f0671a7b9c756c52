// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/none/none.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration none_registration(EntryOf<None<HwEnv>>());

}  // namespace
}  // namespace knote

// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/psref/psref.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration psref_registration(EntryOf<Psref<HwEnv>>());

}  // namespace
}  // namespace knote

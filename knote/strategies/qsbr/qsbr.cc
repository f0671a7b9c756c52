// SPDX-License-Identifier: BSD-2-Clause
#include "knote/strategies/qsbr/qsbr.h"

#include "knote/world_of.h"

namespace knote {
namespace {

const StrategyRegistration qsbr_registration(EntryOf<Qsbr<HwEnv>>());

}  // namespace
}  // namespace knote

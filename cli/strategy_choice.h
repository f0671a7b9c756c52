// Which strategies --strategy, --scopes and --plugin ask for.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_STRATEGY_CHOICE_H_
#define KNOTESTAT_CLI_STRATEGY_CHOICE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "knote/world.h"

namespace knotestat::cli {

// The strategies of `names` (each NAME, NAME:SCOPE or a set), `none` first and
// none twice. Without names: the default set and all `plugins`. A NAME stands
// for its default scope, or, if `scopes` are given, for those of them that it
// has. kInvalidArgument names the option and the nearest match.
absl::StatusOr<std::vector<const knote::StrategyEntry*>> PickStrategies(
    std::vector<std::string> names, const std::vector<std::string>& scopes,
    const std::vector<std::string>& plugins);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_STRATEGY_CHOICE_H_

// How `knotestat check` shows what it found.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_CHECK_VIEW_H_
#define KNOTESTAT_CLI_CHECK_VIEW_H_

#include <nlohmann/json.hpp>

#include "check/hunt.h"
#include "check/verdict.h"

namespace knotestat::cli {

nlohmann::json ToJson(const check::Verdict& verdict);
nlohmann::json ToJson(const check::Hunted& hunted);

// One line, and the story below it if there is a finding.
void Print(const check::Verdict& verdict);
void Print(const check::Hunted& hunted);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_CHECK_VIEW_H_

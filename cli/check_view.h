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

// What all verdicts come to.
struct Coverage {
  int found = 0;  // programs (each under a strategy and model) with a finding
  int complete = 0;   // all of whose schedules were executed
  int sampled = 0;    // some of them
  int uncovered = 0;  // none: each needed more than the checker has
  uint64_t schedules = 0;

  void Add(const check::Verdict& verdict);
};

// What all mutants come to.
struct Hunt {
  int found = 0;
  int explained = 0;  // not found, and why is known
  int missed = 0;     // not found in a built-in strategy
  int unneeded = 0;  // not found in a plug-in: nothing that is checked needs it

  void Add(const check::Hunted& hunted);
};

// One line, and the story below it if there is a finding.
void Print(const check::Verdict& verdict);
void Print(const check::Hunted& hunted);
// The last lines.
void Print(const Coverage& coverage, const check::MemoryBudget& memory);
void Print(const Hunt& hunt);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_CHECK_VIEW_H_

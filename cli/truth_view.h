// What truth workloads showed, as text and as JSON.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_TRUTH_VIEW_H_
#define KNOTESTAT_CLI_TRUTH_VIEW_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "knote/truth/testimony.h"

namespace knotestat::cli {

// One play.
struct TruthResult {
  const knote::truth::TruthWorkload* workload = nullptr;
  knote::StrategyInfo strategy;
  std::string title;  // of the strategy
  knote::truth::Testimony seen;
  knote::truth::Verdict verdict = knote::truth::Verdict::kKept;
};

// The plays of one workload: strategies with the same outcome on one line, and
// who waited for whom.
std::string TruthText(const std::vector<TruthResult>& plays);

// Each strategy's promises, and what was seen of them over all plays. Empty if
// no workload puts one to the test.
std::string PromiseTable(const std::vector<TruthResult>& results);

// The differences between promise and play, a line each; empty if none.
std::string DifferencesText(const std::vector<TruthResult>& results);

nlohmann::json TruthJson(const std::vector<TruthResult>& results);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_TRUTH_VIEW_H_

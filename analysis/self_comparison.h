// Does a comparison find changes where there can be none? One record, split
// into random halves and compared with itself, many times over.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_SELF_COMPARISON_H_
#define KNOTESTAT_ANALYSIS_SELF_COMPARISON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/run.h"

namespace knotestat::analysis {

// What was found in the halves of one record. A comparison is one figure of one
// cell in one split.
struct SelfComparison {
  int splits = 0;
  bool by_launch = false;  // halves are launches; else rounds of each launch
  int comparisons = 0;
  int false_positives = 0;  // p <= 5 %
  int covering = 0;         // the interval of the difference holds 0
  // A change of this part is found in 95 of 100 comparisons as noisy as these:
  // the median over the comparisons of costs, in parts of the operation's.
  double detectable_part = 0;
  // Splits in which a comparison raised any alarm, after the correction for
  // many cells.
  int alarms = 0;

  double FalsePositiveRate() const;
  double Coverage() const;
};

// Splits `run` `splits` times with random halves (drawn from `seed`): of its
// launches if there are 2 * kLaunchesToSplit or more, else of the rounds of
// each launch. Nothing if no cell has rounds enough.
inline constexpr size_t kLaunchesToSplit = 2;
std::optional<SelfComparison> CompareWithItself(const record::Run& run,
                                                int splits, uint64_t seed);

nlohmann::json ToJson(const SelfComparison& result);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_SELF_COMPARISON_H_

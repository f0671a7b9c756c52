// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/difference.h"

#include <algorithm>
#include <cmath>

#include "analysis/bootstrap.h"

namespace knotestat::analysis {
namespace {

// Of a difference of two medians the plain tails already cover more than 95 %:
// two equal runs differ in 3 to 4.5 % of all comparisons.
constexpr double kTail = 0.025;

// Two-sided probability of `sigmas` or more under a standard normal.
double NormalTail(double sigmas) {
  return std::erfc(std::fabs(sigmas) / std::sqrt(2.0));
}

double PValue(double difference, std::span<const double> replicates) {
  double below = 0;
  double above = 0;
  for (const double replicate : replicates) {
    // A replicate of exactly 0 speaks half for either side.
    below += replicate < 0 ? 1 : replicate == 0 ? 0.5 : 0;
    above += replicate > 0 ? 1 : replicate == 0 ? 0.5 : 0;
  }
  const auto count = static_cast<double>(replicates.size());
  const double rarer = std::min(below, above);
  if (rarer > 0) return std::min(1.0, 2 * rarer / count);
  const double spread = StandardDeviation(replicates);
  const double tail = spread > 0 ? NormalTail(difference / spread) : 0;
  return std::min(tail, 2 / (count + 1));
}

}  // namespace

TestedDifference TestDifference(double before, double after,
                                std::span<const double> before_replicates,
                                std::span<const double> after_replicates) {
  std::vector<double> replicates;
  replicates.reserve(after_replicates.size());
  for (size_t i = 0; i < after_replicates.size(); ++i) {
    replicates.push_back(after_replicates[i] - before_replicates[i]);
  }
  const double difference = after - before;
  const double p = PValue(difference, replicates);
  return {IntervalOf(difference, std::move(replicates), kTail), p};
}

double CliffsDelta(std::vector<double> before, std::vector<double> after) {
  std::sort(before.begin(), before.end());
  double balance = 0;
  for (const double value : after) {
    const auto [first, last] =
        std::equal_range(before.begin(), before.end(), value);
    balance += static_cast<double>(first - before.begin());
    balance -= static_cast<double>(before.end() - last);
  }
  return balance / static_cast<double>(before.size()) /
         static_cast<double>(after.size());
}

std::vector<double> AdjustForMany(std::span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double least = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const double scale =
        static_cast<double>(order.size()) / static_cast<double>(rank);
    least = std::min(least, p_values[order[rank - 1]] * scale);
    adjusted[order[rank - 1]] = least;
  }
  return adjusted;
}

}  // namespace knotestat::analysis

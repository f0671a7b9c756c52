// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/cost_difference.h"

#include <algorithm>
#include <cmath>

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/quantile.h"

namespace knotestat::analysis {
namespace {

// A clock that differs by less is the same one: costs in cycles repeat within
// 0.2 % from run to run (docs/explanation/statistics.md).
constexpr double kSameClock = 0.005;

using Measure = Series (*)(const CellRows&, const BlockFilter&);

// The series of both runs.
struct Pair {
  Series before, after;
  size_t rounds() const { return std::min(before.size(), after.size()); }
};

Series MarginalOf(const CostRows& rows, const BlockFilter& filter,
                  Measure measure) {
  if (rows.floor == nullptr) return {};
  return Difference(measure(rows.cell, filter), measure(*rows.floor, filter));
}

Pair SeriesOf(const CostRows& before, const CostRows& after, bool marginal,
              const BlockFilter& filter, Measure measure) {
  if (marginal) {
    return {MarginalOf(before, filter, measure),
            MarginalOf(after, filter, measure)};
  }
  return {measure(before.cell, filter), measure(after.cell, filter)};
}

// `difference` with what `series` say, times `unit`.
void Test(const Pair& series, double unit, CostDifference& difference) {
  std::vector<double> before = MiddlesByLaunch(series.before);
  std::vector<double> after = MiddlesByLaunch(series.after);
  if (std::min(before.size(), after.size()) < 2) {
    before = ValuesOf(series.before);
    after = ValuesOf(series.after);
  }
  for (std::vector<double>* values : {&before, &after}) {
    for (double& value : *values) value *= unit;
  }
  const TrimmedMean old_mean = TrimmedMeanOf(before);
  const TrimmedMean new_mean = TrimmedMeanOf(after);
  difference.before = old_mean.middle;
  difference.after = new_mean.middle;
  difference.tested = TestDifference(old_mean, new_mean);
  difference.effect = CliffsDelta(std::move(before), std::move(after));
}

double MedianOf(const Series& series) {
  std::vector<double> values = ValuesOf(series);
  return Median(values);
}

}  // namespace

bool Clocks::Moved() const {
  return std::fabs(after / before - 1) > kSameClock;
}

CostDifference CompareCosts(const CostRows& before, const CostRows& after,
                            const std::string& path) {
  const BlockFilter filter{.path = path};
  CostDifference difference;
  Pair ns = SeriesOf(before, after, true, filter, MeansByRound);
  difference.marginal = ns.rounds() > 0;
  if (!difference.marginal)
    ns = SeriesOf(before, after, false, filter, MeansByRound);
  difference.rounds = ns.rounds();
  if (difference.rounds < kMinRounds) return difference;
  difference.scale = MedianOf(MeansByRound(before.cell, filter));
  Test(ns, 1, difference);

  const Pair cycles =
      SeriesOf(before, after, difference.marginal, filter, CyclesByRound);
  if (cycles.rounds() < kMinRounds) return difference;
  const double p_of_ns = difference.tested.p;
  difference.clocks = Clocks{MedianOf(ClockByRound(before.cell, filter)),
                             MedianOf(ClockByRound(after.cell, filter))};
  Test(cycles, 1 / difference.clocks->before, difference);
  if (difference.clocks->Moved() && difference.tested.p < p_of_ns) {
    difference.only_in_cycles = difference.tested.p <= 0.05 && p_of_ns > 0.05;
    difference.tested.p = p_of_ns;
  }
  return difference;
}

}  // namespace knotestat::analysis

// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/across_launches.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/bootstrap.h"
#include "analysis/quantile.h"
#include "analysis/student.h"

namespace knotestat::analysis {
namespace {

constexpr double kMiss = 0.05;  // of 95 % intervals

// With fewer rounds in a place, on average, an outlier would be half of it. The
// collector plans for more, of which an unsteady beginning may be dropped.
constexpr size_t kFewestRoundsInPlace = 3;

// The mean of the medians of each place's rounds; the median of all rounds if
// those are few.
double MiddleOf(std::map<int, std::vector<double>>& places) {
  std::vector<double> all;
  double sum = 0;
  for (auto& [place, rounds] : places) {
    all.insert(all.end(), rounds.begin(), rounds.end());
    sum += Median(rounds);
  }
  if (all.size() < kFewestRoundsInPlace * places.size()) return Median(all);
  return sum / static_cast<double>(places.size());
}

size_t TrimmedFrom(size_t count) {
  return count < kLaunchesToTrim ? 0 : count / 5;
}

// Of few trimmed values Student's t is a little too narrow. The factor by which
// it is, from 5 values on, found by simulation (200,000 samples of a normal
// each; analysis_tests repeats it with fewer).
double Widening(size_t count) {
  constexpr std::array<double, 16> kFrom5 = {
      1.142, 1.080, 1.048, 1.031, 1.019, 1.064, 1.034, 1.034,
      1.020, 1.017, 1.036, 1.024, 1.024, 1.013, 1.013, 1.024};
  constexpr double kBeyond = 1.015;
  if (count < kLaunchesToTrim) return 1;
  const size_t index = count - kLaunchesToTrim;
  return index < kFrom5.size() ? kFrom5[index] : kBeyond;
}

double TrimmedMiddle(std::span<double> values) {
  std::sort(values.begin(), values.end());
  const size_t cut = TrimmedFrom(values.size());
  const auto kept = values.subspan(cut, values.size() - 2 * cut);
  return std::accumulate(kept.begin(), kept.end(), 0.0) /
         static_cast<double>(kept.size());
}

// Draws from `values` with replacement, and `statistic` of each draw.
template <typename Statistic>
std::vector<double> Draw(std::span<const double> values, uint64_t seed,
                         int resamples, Statistic statistic) {
  Random random(seed);
  std::vector<double> drawn(values.size());
  std::vector<double> replicates;
  replicates.reserve(static_cast<size_t>(resamples));
  for (int i = 0; i < resamples; ++i) {
    for (double& value : drawn) value = values[random.Below(values.size())];
    replicates.push_back(statistic(std::span<double>(drawn)));
  }
  return replicates;
}

// Few launches drawn with replacement vary less than launches do. Stretched so
// that the replicates spread as the interval says.
void StretchTo(Replicates& replicates, const record::Estimate& interval) {
  const double spread = StandardDeviation(replicates.values);
  if (spread <= 0) return;
  const double factor = (interval.hi - interval.lo) / 2 / kNormal / spread;
  for (double& value : replicates.values) {
    value = replicates.middle + (value - replicates.middle) * factor;
  }
}

}  // namespace

TrimmedMean TrimmedMeanOf(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  TrimmedMean result;
  result.count = sorted.size();
  result.middle = TrimmedMiddle(sorted);  // sorts them
  const size_t cut = TrimmedFrom(sorted.size());
  const size_t kept = sorted.size() - 2 * cut;
  for (size_t i = 0; i < cut; ++i) {  // winsorize
    sorted[i] = sorted[cut];
    sorted[sorted.size() - 1 - i] = sorted[sorted.size() - 1 - cut];
  }
  const double deviation = StandardDeviation(sorted);
  result.degrees = static_cast<double>(kept) - 1;
  result.variance = deviation * deviation *
                    static_cast<double>(sorted.size() - 1) /
                    (static_cast<double>(kept) * result.degrees);
  return result;
}

record::Estimate IntervalOf(const TrimmedMean& mean) {
  const double half = StudentQuantile(kMiss, mean.degrees) *
                      Widening(mean.count) * std::sqrt(mean.variance);
  return {mean.middle, mean.middle - half, mean.middle + half};
}

TestedDifference TestDifference(const TrimmedMean& before,
                                const TrimmedMean& after) {
  const double difference = after.middle - before.middle;
  const double variance = before.variance + after.variance;
  if (variance <= 0) {
    return {{difference, difference, difference}, difference == 0 ? 1.0 : 0.0};
  }
  const double degrees = variance * variance /
                         (before.variance * before.variance / before.degrees +
                          after.variance * after.variance / after.degrees);
  const double error = std::sqrt(variance);
  const double half = StudentQuantile(kMiss, degrees) * error;
  return {{difference, difference - half, difference + half},
          StudentTail(difference / error, degrees)};
}

std::vector<double> MiddlesByLaunch(const Series& series) {
  std::map<int, std::map<int, std::vector<double>>> rounds;
  for (const RoundValue& round : series)
    rounds[round.launch][round.place].push_back(round.value);
  std::vector<double> middles;
  for (auto& [launch, places] : rounds) middles.push_back(MiddleOf(places));
  return middles;
}

std::optional<record::Estimate> EstimateOf(const Series& series,
                                           uint64_t seed) {
  if (series.empty()) return std::nullopt;
  const std::vector<double> launches = MiddlesByLaunch(series);
  if (launches.size() >= 2) return IntervalOf(TrimmedMeanOf(launches));
  return BootstrapMedian(ValuesOf(series), seed);
}

record::Estimate Replicates::Interval() const {
  return IntervalOf(middle, values, tail);
}

std::optional<Replicates> DrawJointly(const Series& series, uint64_t seed,
                                      int resamples) {
  if (series.empty()) return std::nullopt;
  Replicates result;
  const std::vector<double> launches = MiddlesByLaunch(series);
  if (launches.size() >= 2) {
    const TrimmedMean mean = TrimmedMeanOf(launches);
    result.middle = mean.middle;
    result.values = Draw(launches, seed, resamples, TrimmedMiddle);
    StretchTo(result, IntervalOf(mean));
    return result;
  }
  std::vector<double> values = ValuesOf(series);
  result.values = Draw(values, seed, resamples, Median);
  result.middle = Median(values);
  result.tail = TailFor(values.size());
  return result;
}

}  // namespace knotestat::analysis

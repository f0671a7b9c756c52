// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "analysis/quantile.h"
#include "analysis/student.h"

namespace knotestat::analysis {
namespace {

// The median of `sorted` if each value occurs as often as `drawn` says, in all
// as often as there are values.
double MedianOfDraws(std::span<const double> sorted,
                     std::span<const size_t> drawn) {
  const size_t count = sorted.size();
  size_t position = 0;
  size_t reached = drawn[0];
  while (reached < (count + 1) / 2) reached += drawn[++position];
  const double lower = sorted[position];
  if (count % 2 == 1) return lower;
  while (reached < count / 2 + 1) reached += drawn[++position];
  return (lower + sorted[position]) / 2;
}

}  // namespace

uint64_t Random::Next() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

size_t Random::Below(size_t bound) {
  // Multiply and shift; the bias is below bound / 2^32.
  return static_cast<size_t>(((Next() >> 32) * bound) >> 32);
}

double Random::Uniform() {
  return (static_cast<double>(Next() >> 11) + 0.5) * 0x1p-53;
}

double Random::Normal() {
  // Box and Muller, one of the pair.
  const double radius = std::sqrt(-2 * std::log(Uniform()));
  return radius * std::cos(2 * std::numbers::pi * Uniform());
}

uint64_t SeedFor(uint64_t seed, const std::string& purpose) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a
  for (const char c : purpose) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return Random(hash).Next();
}

std::vector<double> ResampledMedians(std::span<const double> values,
                                     uint64_t seed, int resamples) {
  // A resample is how often each of the sorted values was drawn, and its
  // median the value at which half of the draws are reached: no sorting again.
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t count = sorted.size();
  Random random(seed);
  std::vector<size_t> drawn(count);
  std::vector<double> medians;
  medians.reserve(static_cast<size_t>(resamples));
  for (int resample = 0; resample < resamples; ++resample) {
    std::fill(drawn.begin(), drawn.end(), 0);
    for (size_t draw = 0; draw < count; ++draw) ++drawn[random.Below(count)];
    medians.push_back(MedianOfDraws(sorted, drawn));
  }
  return medians;
}

double TailFor(size_t count) {
  if (count < 2) return 0.025;
  return std::erfc(ExpansionFor(static_cast<double>(count)) * kNormal /
                   std::numbers::sqrt2) /
         2;
}

double ExpansionFor(double count) {
  return StudentQuantile(0.05, count - 1) / kNormal *
         std::sqrt(count / (count - 1));
}

double StandardDeviation(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1));
}

record::Estimate IntervalOf(double middle, std::vector<double> replicates,
                            double tail) {
  std::sort(replicates.begin(), replicates.end());
  return {middle, Quantile(replicates, tail), Quantile(replicates, 1 - tail)};
}

record::Estimate BootstrapMedian(std::span<const double> values, uint64_t seed,
                                 int resamples) {
  std::vector<double> copy(values.begin(), values.end());
  return IntervalOf(Median(copy), ResampledMedians(values, seed, resamples),
                    TailFor(values.size()));
}

}  // namespace knotestat::analysis

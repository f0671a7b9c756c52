// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/quantile.h"

#include <algorithm>
#include <cmath>

namespace knotestat::analysis {
namespace {

// Rank of the quantile `q` of `count` values, from 1.
uint64_t RankOf(double q, uint64_t count) {
  // Without the slack 0.9 * 10 would round up to the 10th of 10.
  constexpr double kSlack = 1e-9;
  const double exact = q * static_cast<double>(count);
  const auto rank = static_cast<uint64_t>(std::ceil(exact - kSlack));
  return std::clamp<uint64_t>(rank, 1, count);
}

double WithinBucket(const record::Bucket& bucket, uint64_t rank) {
  const auto lower = static_cast<double>(bucket.lower_ns);
  if (bucket.upper_ns == UINT64_MAX) return lower;  // open: no width to share
  const double width = static_cast<double>(bucket.upper_ns) - lower;
  return lower + width * (static_cast<double>(rank) - 0.5) /
                     static_cast<double>(bucket.count);
}

double QuantileOf(std::span<const record::Bucket> buckets, double q,
                  uint64_t count) {
  uint64_t rank = RankOf(q, count);
  for (const record::Bucket& bucket : buckets) {
    if (rank <= bucket.count) return WithinBucket(bucket, rank);
    rank -= bucket.count;
  }
  return 0;  // not reached: the ranks end with the last bucket
}

}  // namespace

double Median(std::span<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

double Quantile(std::span<const double> sorted, double q) {
  return sorted[RankOf(q, sorted.size()) - 1];
}

std::optional<record::Distribution> DistributionOf(
    std::vector<double> samples) {
  if (samples.empty()) return std::nullopt;
  std::sort(samples.begin(), samples.end());
  return record::Distribution{Quantile(samples, 0.5),  Quantile(samples, 0.9),
                              Quantile(samples, 0.99), Quantile(samples, 0.999),
                              samples.back(),          samples.size()};
}

std::optional<record::Distribution> DistributionOf(
    std::vector<record::Bucket> buckets, std::optional<double> exact_max) {
  std::erase_if(buckets, [](const auto& bucket) { return bucket.count == 0; });
  if (buckets.empty()) return std::nullopt;
  std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) {
    return a.lower_ns < b.lower_ns;
  });
  uint64_t count = 0;
  for (const record::Bucket& bucket : buckets) count += bucket.count;
  const record::Bucket& last = buckets.back();
  const double bound = static_cast<double>(
      last.upper_ns == UINT64_MAX ? last.lower_ns : last.upper_ns);
  const double max = exact_max.value_or(bound);
  const auto at = [&](double q) {
    return std::min(QuantileOf(buckets, q, count), max);
  };
  return record::Distribution{at(0.5),   at(0.9), at(0.99),
                              at(0.999), max,     count};
}

}  // namespace knotestat::analysis

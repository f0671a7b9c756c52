// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/detaches.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace knotestat::analysis {
namespace {

struct Sample {
  double total_ns = 0;
  size_t cluster = 0;  // what is drawn together
};

// Samples in descending order: the quantiles that matter are high.
std::vector<Sample> ClusteredSamples(std::span<const record::Detach> detaches,
                                     size_t& clusters) {
  std::map<int, size_t> rounds;
  for (const auto& detach : detaches) {
    rounds.emplace(detach.round, rounds.size());
  }
  const bool by_round = rounds.size() >= kMinRounds;
  clusters = by_round ? rounds.size() : detaches.size();
  std::vector<Sample> samples;
  for (const auto& detach : detaches) {
    samples.push_back(
        {detach.total_ns, by_round ? rounds[detach.round] : samples.size()});
  }
  std::sort(
      samples.begin(), samples.end(),
      [](const Sample& a, const Sample& b) { return a.total_ns > b.total_ns; });
  return samples;
}

// Nearest rank, where each sample counts as often as its cluster was drawn.
double WeightedQuantile(std::span<const Sample> descending,
                        std::span<const size_t> weights, size_t count,
                        double q) {
  const auto rank = static_cast<size_t>(
      std::max(1.0, std::ceil(q * static_cast<double>(count) - 1e-9)));
  size_t above = count;
  for (const Sample& sample : descending) {
    const size_t weight = weights[sample.cluster];
    if (weight > 0 && above - weight < rank) return sample.total_ns;
    above -= weight;
  }
  return descending.back().total_ns;
}

}  // namespace

size_t DetachesNeeded(double q) {
  // 4 / (1 - 0.99) is a little more than 400.
  constexpr double kSlack = 1e-6;
  return static_cast<size_t>(std::ceil(kMinBeyond / (1 - q) - kSlack));
}

std::optional<double> HighestQuantile(size_t detaches) {
  for (const double q : {0.99, 0.9, 0.5}) {
    if (detaches >= DetachesNeeded(q)) return q;
  }
  return std::nullopt;
}

std::string QuantileName(double q) {
  return "p" + std::to_string(std::lround(q * 100));
}

std::optional<QuantileReplicates> ResampleDetaches(
    std::span<const record::Detach> detaches, double q, uint64_t seed,
    int resamples) {
  if (detaches.size() < DetachesNeeded(q)) return std::nullopt;
  size_t clusters = 0;
  const std::vector<Sample> samples = ClusteredSamples(detaches, clusters);
  std::vector<size_t> sizes(clusters, 0);
  for (const Sample& sample : samples) ++sizes[sample.cluster];

  std::vector<size_t> weights(clusters, 1);
  QuantileReplicates result;
  result.drawn_from = clusters;
  result.quantile = WeightedQuantile(samples, weights, samples.size(), q);
  Random random(seed);
  for (int resample = 0; resample < resamples; ++resample) {
    std::fill(weights.begin(), weights.end(), 0);
    size_t count = 0;
    for (size_t draw = 0; draw < clusters; ++draw) {
      const size_t drawn = random.Below(clusters);
      ++weights[drawn];
      count += sizes[drawn];
    }
    result.replicates.push_back(WeightedQuantile(samples, weights, count, q));
  }
  return result;
}

std::optional<record::Estimate> DetachQuantile(
    std::span<const record::Detach> detaches, double q, uint64_t seed) {
  auto drawn = ResampleDetaches(detaches, q, seed);
  if (!drawn.has_value()) return std::nullopt;
  return IntervalOf(drawn->quantile, std::move(drawn->replicates),
                    TailFor(drawn->drawn_from));
}

}  // namespace knotestat::analysis

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

// What is drawn as a whole.
enum class Unit { kLaunch, kRound, kDetach };

struct Clusters {
  Unit unit = Unit::kDetach;
  size_t count = 0;
  std::vector<Sample>
      samples;  // descending: the quantiles that matter are high
};

template <typename Key>
std::map<int, size_t> Numbered(std::span<const record::Detach> detaches,
                               Key key) {
  std::map<int, size_t> numbers;
  for (const auto& detach : detaches) {
    numbers.emplace(key(detach), numbers.size());
  }
  return numbers;
}

Clusters ClustersOf(std::span<const record::Detach> detaches) {
  const auto launch_of = [](const auto& detach) { return detach.launch; };
  const auto round_of = [](const auto& detach) { return detach.round; };
  const auto launches = Numbered(detaches, launch_of);
  const auto rounds = Numbered(detaches, round_of);
  Clusters clusters;
  clusters.unit = launches.size() >= 2          ? Unit::kLaunch
                  : rounds.size() >= kMinRounds ? Unit::kRound
                                                : Unit::kDetach;
  for (const auto& detach : detaches) {
    const size_t cluster =
        clusters.unit == Unit::kLaunch  ? launches.at(detach.launch)
        : clusters.unit == Unit::kRound ? rounds.at(detach.round)
                                        : clusters.samples.size();
    clusters.samples.push_back({detach.total_ns, cluster});
  }
  clusters.count = clusters.unit == Unit::kLaunch  ? launches.size()
                   : clusters.unit == Unit::kRound ? rounds.size()
                                                   : detaches.size();
  std::sort(
      clusters.samples.begin(), clusters.samples.end(),
      [](const Sample& a, const Sample& b) { return a.total_ns > b.total_ns; });
  return clusters;
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

// How many launches the values from `quantile` on come from, each counted by
// its share (Kish's effective sample size): if most of a tail was measured by
// one process, it is known as well as one process can know it. 2 at least.
double LaunchesBeyond(const Clusters& clusters, double quantile) {
  std::vector<double> beyond(clusters.count, 0);
  for (const Sample& sample : clusters.samples) {
    if (sample.total_ns < quantile) break;
    ++beyond[sample.cluster];
  }
  double sum = 0;
  double squares = 0;
  for (const double count : beyond) {
    sum += count;
    squares += count * count;
  }
  return std::max(2.0, sum * sum / squares);
}

// Latencies are positive and differ by factors.
void StretchRatios(Replicates& replicates, double factor) {
  if (replicates.middle <= 0) return;
  for (double& value : replicates.values) {
    value = replicates.middle *
            std::pow(std::max(value, 1e-3) / replicates.middle, factor);
  }
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

std::optional<Replicates> ResampleDetaches(
    std::span<const record::Detach> detaches, double q, uint64_t seed,
    int resamples) {
  if (detaches.size() < DetachesNeeded(q)) return std::nullopt;
  const Clusters clusters = ClustersOf(detaches);
  const std::span<const Sample> samples = clusters.samples;
  std::vector<size_t> sizes(clusters.count, 0);
  for (const Sample& sample : samples) ++sizes[sample.cluster];

  std::vector<size_t> weights(clusters.count, 1);
  Replicates result;
  result.middle = WeightedQuantile(samples, weights, samples.size(), q);
  Random random(seed);
  for (int resample = 0; resample < resamples; ++resample) {
    std::fill(weights.begin(), weights.end(), 0);
    size_t count = 0;
    for (size_t draw = 0; draw < clusters.count; ++draw) {
      const size_t drawn = random.Below(clusters.count);
      ++weights[drawn];
      count += sizes[drawn];
    }
    result.values.push_back(WeightedQuantile(samples, weights, count, q));
  }
  if (clusters.unit == Unit::kLaunch) {
    StretchRatios(result,
                  ExpansionFor(LaunchesBeyond(clusters, result.middle)));
  } else {
    result.tail = TailFor(clusters.count);
  }
  return result;
}

std::optional<record::Estimate> DetachQuantile(
    std::span<const record::Detach> detaches, double q, uint64_t seed) {
  const auto drawn = ResampleDetaches(detaches, q, seed);
  if (!drawn.has_value()) return std::nullopt;
  return drawn->Interval();
}

}  // namespace knotestat::analysis

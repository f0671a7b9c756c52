// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/timer_correction.h"

#include <algorithm>
#include <cmath>

namespace knotestat::analysis {
namespace {

constexpr int kSteps = 40;  // of the expectation maximization
// Brackets closer together than this part are one: beyond the first few the
// histogram they are taken out of is no finer.
constexpr double kAlike = 1.0 / 64;
constexpr double kSpread = 0.05;  // left out at either end of the brackets

// Durations from `begin` to `end`, spread evenly.
struct Interval {
  double begin = 0;
  double end = 0;
};

double Overlap(const Interval& a, const Interval& b) {
  return std::max(0.0, std::min(a.end, b.end) - std::max(a.begin, b.begin));
}

// A duration of `cell` is seen in `bucket` with `probability`.
struct Seen {
  size_t cell = 0;
  size_t bucket = 0;
  double probability = 0;
};

Interval IntervalOf(const record::Bucket& bucket) {
  const auto begin = static_cast<double>(bucket.lower_ns);
  // An open bucket has no width to share.
  return {begin, bucket.upper_ns == UINT64_MAX
                     ? begin + 1
                     : static_cast<double>(bucket.upper_ns)};
}

// One step: each cell's share, by how well it explains what was seen.
void Improve(const std::vector<Seen>& seen, const std::vector<double>& observed,
             std::vector<double>& shares) {
  std::vector<double> expected(observed.size(), 0);
  for (const Seen& entry : seen) {
    expected[entry.bucket] += entry.probability * shares[entry.cell];
  }
  std::vector<double> improved(shares.size(), 0);
  double sum = 0;
  for (const Seen& entry : seen) {
    if (expected[entry.bucket] <= 0) continue;
    const double part = shares[entry.cell] * entry.probability *
                        observed[entry.bucket] / expected[entry.bucket];
    improved[entry.cell] += part;
    sum += part;
  }
  for (double& share : improved) share /= sum;
  shares = std::move(improved);
}

double QuantileOf(const std::vector<Interval>& cells,
                  const std::vector<double>& shares, double q) {
  double below = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (below + shares[i] >= q && shares[i] > 0) {
      return cells[i].begin +
             (cells[i].end - cells[i].begin) * (q - below) / shares[i];
    }
    below += shares[i];
  }
  return cells.back().end;
}

}  // namespace

TimerCorrection::TimerCorrection(const record::Context& context)
    : floor_ns_(context.timer_quantum_ns) {
  std::vector<record::TimerBracket> sorted = context.timer_brackets;
  std::erase_if(sorted, [](const auto& bracket) { return bracket.count == 0; });
  if (sorted.empty()) return;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.ns < b.ns; });
  double total = 0;
  for (const auto& bracket : sorted) {
    total += static_cast<double>(bracket.count);
  }
  double below = 0;
  double shortest = sorted.back().ns;
  double longest = sorted.back().ns;
  bool ended = false;
  for (const auto& bracket : sorted) {
    const double share = static_cast<double>(bracket.count) / total;
    if (below + share > kSpread) shortest = std::min(shortest, bracket.ns);
    below += share;
    if (!ended && below >= 1 - kSpread) {
      longest = bracket.ns;
      ended = true;
    }
    if (!brackets_.empty() &&
        bracket.ns - brackets_.back().ns < kAlike * brackets_.back().ns) {
      brackets_.back().share += share;
    } else {
      brackets_.push_back({bracket.ns, share});
    }
  }
  floor_ns_ = std::max(floor_ns_, longest - shortest);
}

std::optional<record::Distribution> TimerCorrection::Correct(
    std::vector<record::Bucket> buckets,
    std::optional<double> exact_max) const {
  std::erase_if(buckets, [](const auto& bucket) { return bucket.count == 0; });
  if (buckets.empty() || brackets_.empty()) return std::nullopt;
  std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) {
    return a.lower_ns < b.lower_ns;
  });
  const double shortest = brackets_.front().ns;
  uint64_t count = 0;
  std::vector<Interval> seen_in;
  std::vector<Interval> cells;  // the same, less the shortest bracket
  std::vector<double> observed;
  for (const record::Bucket& bucket : buckets) {
    const Interval interval = IntervalOf(bucket);
    count += bucket.count;
    observed.push_back(static_cast<double>(bucket.count));
    seen_in.push_back(interval);
    const double begin = std::max(0.0, interval.begin - shortest);
    cells.push_back({begin, std::max(begin, interval.end - shortest)});
  }

  std::vector<Seen> seen;
  for (size_t cell = 0; cell < cells.size(); ++cell) {
    for (const Bracket& bracket : brackets_) {
      // A cell that holds nothing but 0 is a point; give it some width.
      const double width = std::max(cells[cell].end - cells[cell].begin, 1e-3);
      const Interval moved = {cells[cell].begin + bracket.ns,
                              cells[cell].begin + bracket.ns + width};
      auto bucket = std::partition_point(
          seen_in.begin(), seen_in.end(),
          [&](const Interval& other) { return other.end <= moved.begin; });
      for (; bucket != seen_in.end() && bucket->begin < moved.end; ++bucket) {
        seen.push_back({cell, static_cast<size_t>(bucket - seen_in.begin()),
                        bracket.share * Overlap(*bucket, moved) / width});
      }
    }
  }

  std::vector<double> shares(cells.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    shares[i] = observed[i] / static_cast<double>(count);
  }
  for (int step = 0; step < kSteps; ++step) Improve(seen, observed, shares);

  const double max =
      std::max(floor_ns_, exact_max ? *exact_max - shortest : cells.back().end);
  const auto at = [&](double q) {
    return std::clamp(QuantileOf(cells, shares, q), floor_ns_, max);
  };
  return record::Distribution{at(0.5),   at(0.9), at(0.99),
                              at(0.999), max,     count};
}

}  // namespace knotestat::analysis

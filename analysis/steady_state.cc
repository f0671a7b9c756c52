// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/steady_state.h"

#include <algorithm>
#include <cmath>

#include "analysis/quantile.h"

namespace knotestat::analysis {
namespace {

// A segment is this long at least; two rounds that stick out are clipped.
constexpr size_t kShortest = 3;
// Half the width of the window that clips.
constexpr size_t kReach = 3;
constexpr double kClip = 2.5;  // standard deviations
// A normal's standard deviation, from its median absolute deviation.
constexpr double kFromMad = 1.4826;
// A plateau at the end must be this part of all rounds to count as settled.
constexpr double kSettled = 1.0 / 3;

// Standard deviation of the rounds around their level, from the differences of
// successive ones, which know nothing of changes of the level.
double NoiseOf(std::span<const double> values) {
  std::vector<double> steps;
  for (size_t i = 1; i < values.size(); ++i) {
    steps.push_back(std::fabs(values[i] - values[i - 1]));
  }
  return kFromMad * Median(steps) / std::sqrt(2.0);
}

// Values beyond kClip deviations from the median of their neighbours, pulled
// back to there.
std::vector<double> Clipped(std::span<const double> values, double noise) {
  const size_t width = std::min(values.size(), 2 * kReach + 1);
  const size_t last = values.size() - width;
  std::vector<double> clipped;
  for (size_t i = 0; i < values.size(); ++i) {
    // At either end the window is as wide, but beside the round.
    const size_t begin = std::min(i < kReach ? 0 : i - kReach, last);
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<double> window(first,
                               first + static_cast<std::ptrdiff_t>(width));
    const double level = Median(window);
    clipped.push_back(
        std::clamp(values[i], level - kClip * noise, level + kClip * noise));
  }
  return clipped;
}

// Sum of squares around the mean of any segment, in constant time.
class SegmentCost {
 public:
  SegmentCost(std::span<const double> values, double noise) {
    // Centred first: squares of large values would cancel badly.
    const double origin = values[0];
    for (const double value : values) {
      const double scaled = (value - origin) / noise;
      sums_.push_back(sums_.back() + scaled);
      squares_.push_back(squares_.back() + scaled * scaled);
    }
  }

  double Of(size_t begin, size_t end) const {
    const double sum = sums_[end] - sums_[begin];
    return squares_[end] - squares_[begin] -
           sum * sum / static_cast<double>(end - begin);
  }

 private:
  std::vector<double> sums_ = {0};
  std::vector<double> squares_ = {0};
};

struct Segment {
  size_t begin = 0;
  double level = 0;
};

std::vector<Segment> SegmentsOf(std::span<const double> values) {
  std::vector<size_t> begins = Changepoints(values);
  begins.insert(begins.begin(), 0);
  std::vector<Segment> segments;
  for (size_t i = 0; i < begins.size(); ++i) {
    const size_t end = i + 1 < begins.size() ? begins[i + 1] : values.size();
    std::vector<double> rounds(
        values.begin() + static_cast<std::ptrdiff_t>(begins[i]),
        values.begin() + static_cast<std::ptrdiff_t>(end));
    segments.push_back({begins[i], Median(rounds)});
  }
  return segments;
}

}  // namespace

std::vector<size_t> Changepoints(std::span<const double> values) {
  const size_t count = values.size();
  if (count < 2 * kShortest) return {};
  double noise = NoiseOf(values);
  const double largest = std::max(std::fabs(*std::ranges::max_element(values)),
                                  std::fabs(*std::ranges::min_element(values)));
  // Rounds that agree to the last digit would make any step infinitely sure.
  noise = std::max(noise, largest * 1e-6);
  if (noise <= 0) return {};
  const SegmentCost cost(Clipped(values, noise), noise);

  // A change costs two parameters of log(count) each; more than that, because
  // the noise of real rounds is neither normal nor quite independent.
  const double penalty = 10 + 4 * std::log(static_cast<double>(count));
  std::vector<double> best(count + 1, 0);
  std::vector<size_t> last(count + 1, 0);
  std::vector<size_t> open = {0};  // where the last segment may begin
  best[0] = -penalty;
  for (size_t end = kShortest; end <= count; ++end) {
    best[end] = INFINITY;
    for (const size_t begin : open) {
      const double total = best[begin] + cost.Of(begin, end) + penalty;
      if (total < best[end]) {
        best[end] = total;
        last[end] = begin;
      }
    }
    // What cannot win any more is never looked at again.
    std::erase_if(open, [&](size_t begin) {
      return end - begin >= kShortest &&
             best[begin] + cost.Of(begin, end) > best[end];
    });
    if (end + 1 >= 2 * kShortest) open.push_back(end + 1 - kShortest);
  }
  std::vector<size_t> changes;
  for (size_t end = last[count]; end > 0; end = last[end]) {
    changes.push_back(end);
  }
  std::reverse(changes.begin(), changes.end());
  return changes;
}

SteadyState JudgeSteadyState(std::span<const double> values, double tolerance) {
  if (values.size() < kRoundsForSteadyState) return {};
  const std::vector<Segment> segments = SegmentsOf(values);
  const double final_level = segments.back().level;
  const auto same = [&](const Segment& segment) {
    return std::fabs(segment.level - final_level) <= tolerance;
  };
  size_t first = segments.size() - 1;
  while (first > 0 && same(segments[first - 1])) --first;
  if (first == 0) return {Steadiness::kSteady, 0};

  bool slower_before = false;
  bool faster_before = false;
  for (size_t i = 0; i < first; ++i) {
    slower_before |= segments[i].level > final_level + tolerance;
    faster_before |= segments[i].level < final_level - tolerance;
  }
  if (slower_before && faster_before) return {Steadiness::kNone, 0};
  if (faster_before) return {Steadiness::kSlowdown, 0};
  const size_t begin = segments[first].begin;
  const auto settled = static_cast<double>(values.size() - begin);
  if (settled < kSettled * static_cast<double>(values.size())) {
    return {Steadiness::kNone, 0};
  }
  return {Steadiness::kWarmUp, begin};
}

std::string NameOf(Steadiness verdict) {
  switch (verdict) {
    case Steadiness::kTooShort:
      return "too short to say";
    case Steadiness::kSteady:
      return "steady";
    case Steadiness::kWarmUp:
      return "warm-up";
    case Steadiness::kSlowdown:
      return "slowdown";
    case Steadiness::kNone:
      return "no steady state";
  }
  return "";
}

bool NeverSteady(Steadiness verdict) {
  return verdict == Steadiness::kSlowdown || verdict == Steadiness::kNone;
}

}  // namespace knotestat::analysis

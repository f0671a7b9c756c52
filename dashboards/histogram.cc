// Distributions in text. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄",
                                                "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kAsciiShades = {".", ":", "-", "=",
                                                     "+", "*", "#", "@"};

// The step of `steps` that `share` (above 0, at most 1) belongs to.
size_t Step(double share, size_t steps) {
  const double scaled = std::ceil(share * static_cast<double>(steps)) - 1;
  return static_cast<size_t>(
      std::clamp(scaled, 0.0, static_cast<double>(steps - 1)));
}

int PowerOfTwo(double value) {
  constexpr double kMost = 9e18;  // 285 years; what is no number counts as 0
  if (!(value >= 2)) return 0;
  return static_cast<int>(std::floor(std::log2(std::min(value, kMost))));
}

}  // namespace

Log2Buckets CountByPowersOfTwo(std::span<const double> values) {
  if (values.empty()) return {};
  std::vector<int> powers;
  for (double value : values) powers.push_back(PowerOfTwo(value));
  const auto [least, most] = std::minmax_element(powers.begin(), powers.end());
  Log2Buckets buckets;
  buckets.first = *least;
  buckets.counts.resize(static_cast<size_t>(*most - *least + 1));
  for (int power : powers) {
    ++buckets.counts[static_cast<size_t>(power - buckets.first)];
  }
  return buckets;
}

std::vector<std::string> Log2Histogram(std::span<const double> ns, size_t width,
                                       const TextStyle& style) {
  const Log2Buckets buckets = CountByPowersOfTwo(ns);
  std::vector<std::string> lines;
  if (buckets.counts.empty()) return lines;
  const uint64_t most =
      *std::max_element(buckets.counts.begin(), buckets.counts.end());
  const size_t count_width = FormatCount(static_cast<double>(most)).size();
  constexpr size_t kLabel = 25;  // "  1.02 us .. 2.05 us  |" and so on
  const size_t bar_room =
      width > kLabel + count_width + 4 ? width - kLabel - count_width - 3 : 1;
  for (size_t i = 0; i < buckets.counts.size(); ++i) {
    const int power = buckets.first + static_cast<int>(i);
    const double share =
        static_cast<double>(buckets.counts[i]) / static_cast<double>(most);
    const size_t bar = buckets.counts[i] == 0 ? 0 : Step(share, bar_room) + 1;
    const double lower = power == 0 ? 0 : std::exp2(power);
    std::string line = "  " + PadLeft(FormatNs(lower), 8) + " .. " +
                       PadLeft(FormatNs(std::exp2(power + 1)), 8) + " |";
    for (size_t j = 0; j < bar; ++j) line += style.unicode ? "█" : "@";
    line.append(bar_room - bar, ' ');
    line += "| " + PadLeft(FormatCount(static_cast<double>(buckets.counts[i])),
                           count_width);
    lines.push_back(Shorten(line, width));
  }
  return lines;
}

std::string DensityLine(const Log2Buckets& buckets, int first, size_t columns,
                        const TextStyle& style) {
  std::string line;
  uint64_t most = 1;
  for (uint64_t count : buckets.counts) most = std::max(most, count);
  for (size_t i = 0; i < columns; ++i) {
    const int at = first + static_cast<int>(i) - buckets.first;
    const uint64_t count =
        at < 0 || at >= static_cast<int>(buckets.counts.size())
            ? 0
            : buckets.counts[static_cast<size_t>(at)];
    if (count == 0) {
      line += ' ';
      continue;
    }
    const size_t step =
        Step(static_cast<double>(count) / static_cast<double>(most), 8);
    line += style.unicode ? kBlocks[step] : kAsciiShades[step];
  }
  return line;
}

std::string Sparkline(std::span<const std::optional<double>> values,
                      const TextStyle& style) {
  if (!style.unicode) return {};
  double least = INFINITY;
  double most = -INFINITY;
  for (const std::optional<double>& value : values) {
    if (!value.has_value()) continue;
    least = std::min(least, *value);
    most = std::max(most, *value);
  }
  std::string line;
  for (const std::optional<double>& value : values) {
    if (!value.has_value()) {
      line += ' ';
    } else {
      const double share = most > least ? (*value - least) / (most - least) : 0;
      line += kBlocks[Step(share, kBlocks.size())];
    }
  }
  return line;
}

}  // namespace knotestat::dashboards

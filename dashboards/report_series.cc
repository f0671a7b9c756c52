// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/report_series.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

namespace knotestat::dashboards {
namespace {

using nlohmann::json;

constexpr std::string_view kSampledPrefix = "sampled.";
constexpr int kBelowOne = -1;

// The bin that a value belongs to.
int BinOf(double ns, size_t bins_per_octave) {
  constexpr double kMost = 1e18;     // 31 years
  if (!(ns >= 1)) return kBelowOne;  // and what is no number
  ns = std::min(ns, kMost);
  return static_cast<int>(
      std::floor(std::log2(ns) * static_cast<double>(bins_per_octave) + 1e-9));
}

double LowerEnd(int bin, size_t bins_per_octave) {
  if (bin == kBelowOne) return 0;
  return std::exp2(bin / static_cast<double>(bins_per_octave));
}

json BinsAsJson(const std::map<int, uint64_t>& bins, size_t bins_per_octave) {
  json rows = json::array();
  for (const auto& [bin, count] : bins) {
    rows.push_back({Rounded(LowerEnd(bin, bins_per_octave)),
                    Rounded(LowerEnd(bin + 1, bins_per_octave)), count});
  }
  return rows;
}

double NsPerOperation(double elapsed_ns, uint64_t operations) {
  return elapsed_ns / static_cast<double>(operations);
}

// The mean blocks of one path.
struct PathBlocks {
  // By round: the sum of the threads' ns per operation, and how many.
  std::map<int, std::pair<double, int>> rounds;
  // By thread: what it did, and how long it took.
  std::map<int, std::pair<double, uint64_t>> threads;
};

std::map<std::string, PathBlocks> ByPath(
    const std::vector<const record::Block*>& blocks) {
  std::map<std::string, PathBlocks> paths;
  for (const record::Block* block : blocks) {
    if (block->kind != record::BlockKind::kMean || block->operations == 0)
      continue;
    PathBlocks& path = paths[block->path];
    auto& [sum, threads] = path.rounds[block->round];
    sum += NsPerOperation(block->elapsed_ns, block->operations);
    ++threads;
    auto& [elapsed, operations] = path.threads[block->thread];
    elapsed += block->elapsed_ns;
    operations += block->operations;
  }
  return paths;
}

json ThreadsAsJson(const std::map<int, std::pair<double, uint64_t>>& threads) {
  json values = json::array();
  for (const auto& [thread, did] : threads)
    values.push_back({thread, Rounded(NsPerOperation(did.first, did.second))});
  return values;
}

json CourseOf(const PathBlocks& path, size_t slices) {
  std::vector<InRound> means;
  means.reserve(path.rounds.size());
  for (const auto& [round, sum] : path.rounds)
    means.emplace_back(round, sum.first / sum.second);
  return Course(std::move(means), slices);
}

json FiniSeries(const std::vector<const record::Detach*>& detaches,
                const Detail& detail) {
  std::vector<double> values;
  std::vector<InRound> course;
  for (const record::Detach* detach : detaches) {
    values.push_back(detach->total_ns);
    course.emplace_back(detach->round, detach->total_ns);
  }
  return {{"histogram", Histogram(values, detail.bins_per_octave)},
          {"course", Course(std::move(course), detail.slices)}};
}

}  // namespace

double Rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double magnitude = std::floor(std::log10(std::abs(value)));
  if (magnitude >= 3) return std::round(value);
  const double step = std::pow(10, 3 - magnitude);
  return std::round(value * step) / step;
}

Detail DetailFor(size_t cells) {
  constexpr size_t kMostDetailedCells = 6000;
  constexpr size_t kPoints = 60'000;  // of one kind in the whole page
  constexpr size_t kMostStacks = 10'000;
  if (cells > kMostDetailedCells) return {0, 0, 0, kMostStacks};
  const size_t each = kPoints / std::max<size_t>(cells, 1);
  return {std::clamp<size_t>(each, 12, 1000),
          std::clamp<size_t>(each / 3, 4, 60),
          each >= 200  ? size_t{4}
          : each >= 50 ? size_t{2}
                       : size_t{1},
          kMostStacks};
}

json Histogram(const std::vector<double>& values, size_t bins_per_octave) {
  std::map<int, uint64_t> bins;
  for (double value : values) ++bins[BinOf(value, bins_per_octave)];
  return BinsAsJson(bins, bins_per_octave);
}

json Histogram(const std::vector<record::Bucket>& buckets,
               size_t bins_per_octave) {
  std::map<int, uint64_t> bins;
  for (const record::Bucket& bucket : buckets) {
    const double middle = (static_cast<double>(bucket.lower_ns) +
                           static_cast<double>(bucket.upper_ns)) /
                          2;
    bins[BinOf(middle, bins_per_octave)] += bucket.count;
  }
  return BinsAsJson(bins, bins_per_octave);
}

json Course(std::vector<InRound> values, size_t slices) {
  std::stable_sort(
      values.begin(), values.end(),
      [](const InRound& a, const InRound& b) { return a.first < b.first; });
  size_t rounds = 0;
  for (size_t i = 0; i < values.size(); ++i)
    rounds += i == 0 || values[i].first != values[i - 1].first ? 1 : 0;
  const size_t most = std::max<size_t>(slices, 1);
  const size_t in_slice = std::max<size_t>((rounds + most - 1) / most, 1);
  json course = json::array();
  for (size_t begin = 0; begin < values.size();) {
    std::vector<double> slice;
    size_t seen = 0;
    size_t end = begin;
    for (; end < values.size(); ++end) {
      seen +=
          end == begin || values[end].first != values[end - 1].first ? 1 : 0;
      if (seen > in_slice) break;
      slice.push_back(values[end].second);
    }
    std::sort(slice.begin(), slice.end());
    course.push_back({values[begin].first,
                      Rounded(slice[(slice.size() - 1) / 2]),
                      Rounded(slice.front()), Rounded(slice.back())});
    begin = end;
  }
  return course;
}

json CellSeries(const std::vector<const record::Block*>& blocks,
                const std::vector<const record::Detach*>& detaches,
                const std::vector<const record::Bucket*>& buckets,
                const Detail& detail) {
  json series = json::object();
  for (const auto& [name, path] : ByPath(blocks)) {
    series["course"][name] = CourseOf(path, detail.slices);
    series["threads"][name] = ThreadsAsJson(path.threads);
  }
  std::map<std::string, std::vector<record::Bucket>> sampled;
  for (const record::Bucket* bucket : buckets) {
    if (bucket->histogram.starts_with(kSampledPrefix) && bucket->count > 0)
      sampled[bucket->histogram.substr(kSampledPrefix.size())].push_back(
          *bucket);
  }
  for (const auto& [path, of_path] : sampled)
    series["sampled"][path] = Histogram(of_path, detail.bins_per_octave);
  if (!detaches.empty()) series["fini"] = FiniSeries(detaches, detail);
  return series;
}

}  // namespace knotestat::dashboards

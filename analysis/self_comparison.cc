// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/self_comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/bootstrap.h"
#include "analysis/compare.h"
#include "analysis/gate.h"
#include "analysis/quantile.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {
namespace {

// Half of `items`, at random; of an odd number the larger half now and then.
std::set<int> HalfOf(const std::set<int>& items, Random& random) {
  std::vector<int> order(items.begin(), items.end());
  for (size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.Below(i)]);
  }
  const size_t extra = order.size() % 2 == 1 ? random.Below(2) : 0;
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(
                                             order.size() / 2 + extra)};
}

// Splits the launches of each group of cells that is measured together, or
// where a group has too few of them, the rounds of each launch.
class Splitter {
 public:
  explicit Splitter(const record::Run& run) : run_(run) {
    std::map<int, std::set<int>> cells;  // by launch
    const auto note = [&](const auto& row) {
      rounds_[row.launch].insert(row.round);
      cells[row.launch].insert(row.cell);
    };
    for (const auto& block : run.rows.blocks) note(block);
    for (const auto& detach : run.rows.detaches) note(detach);
    for (const record::Launch& launch : run.launches) {
      const auto rows = cells.find(launch.id);  // which may lack the first cell
      if (rows != cells.end()) rows->second.insert(launch.first_cell);
    }
    // Groups have no cell in common.
    for (const auto& [launch, measured] : cells)
      groups_[*measured.begin()].insert(launch);
    by_launch_ =
        std::all_of(groups_.begin(), groups_.end(), [](const auto& group) {
          return group.second.size() >= 2 * kLaunchesToSplit;
        });
  }

  bool by_launch() const { return by_launch_; }

  std::pair<record::Run, record::Run> Split(Random& random) const {
    std::set<int> first_launches;
    std::set<Moment> first_rounds;
    if (by_launch_) {
      for (const auto& [first_cell, launches] : groups_)
        first_launches.merge(HalfOf(launches, random));
    } else {
      for (const auto& [launch, rounds] : rounds_) {
        for (const int round : HalfOf(rounds, random))
          first_rounds.emplace(launch, round);
      }
    }
    const auto in_first = [&](const auto& row) {
      return by_launch_ ? first_launches.contains(row.launch)
                        : first_rounds.contains({row.launch, row.round});
    };
    std::pair<record::Run, record::Run> halves;
    for (record::Run* half : {&halves.first, &halves.second}) {
      half->context = run_.context;
      half->context.seed = random.Next();
      half->cells = run_.cells;
    }
    for (const auto& block : run_.rows.blocks) {
      if (block.kind != record::BlockKind::kMean) continue;
      (in_first(block) ? halves.first : halves.second)
          .rows.blocks.push_back(block);
    }
    for (const auto& detach : run_.rows.detaches) {
      (in_first(detach) ? halves.first : halves.second)
          .rows.detaches.push_back(detach);
    }
    return halves;
  }

 private:
  const record::Run& run_;
  std::map<int, std::set<int>> rounds_;  // by launch
  std::map<int, std::set<int>> groups_;  // launches, by the first cell
  bool by_launch_ = false;
};

}  // namespace

double SelfComparison::FalsePositiveRate() const {
  return static_cast<double>(false_positives) / comparisons;
}

double SelfComparison::Coverage() const {
  return static_cast<double>(covering) / comparisons;
}

std::optional<SelfComparison> CompareWithItself(const record::Run& run,
                                                int splits, uint64_t seed) {
  const Splitter splitter(run);
  Random random(SeedFor(seed, "self_comparison"));
  SelfComparison result;
  result.by_launch = splitter.by_launch();
  result.splits = splits;
  const std::vector<GateCondition> any = *ParseGate("different");
  std::vector<double> detectable;
  for (int i = 0; i < splits; ++i) {
    const auto [before, after] = splitter.Split(random);
    const Comparison comparison = Compare(before, after);
    for (const Change& change : comparison.changes) {
      if (!change.difference.has_value()) continue;
      ++result.comparisons;
      result.false_positives += change.p <= 0.05;
      const record::Estimate& difference = *change.difference;
      result.covering += difference.lo <= 0 && 0 <= difference.hi;
      if (!change.scale || *change.scale <= 0) continue;
      // 95 of 100 are found of a change of 1.96 + 1.645 standard errors.
      const double error = (difference.hi - difference.lo) / (2 * 1.96);
      detectable.push_back((1.96 + 1.645) * error / *change.scale);
    }
    result.alarms += !Judge(comparison, any).failures.empty();
  }
  if (result.comparisons == 0) return std::nullopt;
  if (!detectable.empty()) result.detectable_part = Median(detectable);
  return result;
}

nlohmann::json ToJson(const SelfComparison& result) {
  return {{"schema", record::kSchemaVersion},
          {"splits", result.splits},
          {"halves_of", result.by_launch ? "launches" : "rounds"},
          {"comparisons", result.comparisons},
          {"false_positives", result.false_positives},
          {"false_positive_rate", result.FalsePositiveRate()},
          {"coverage", result.Coverage()},
          {"detectable_part", result.detectable_part},
          {"splits_with_alarm", result.alarms}};
}

}  // namespace knotestat::analysis

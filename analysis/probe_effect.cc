// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/probe_effect.h"

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"

namespace knotestat::analysis {
namespace {

using record::BlockKind;

struct Mean {
  int count = 0;
  double sum = 0;
};

Series MeansOf(const std::map<Moment, Mean>& moments) {
  Series series;
  for (const auto& [moment, mean] : moments) {
    const auto& [launch, round] = moment;
    series.push_back({round, launch, mean.sum / mean.count});
  }
  return series;
}

}  // namespace

std::set<std::string> ProbesAlone(const CellRows& rows) {
  std::set<std::string> probes;
  for (const record::Block& block : rows.blocks)
    if (block.kind == BlockKind::kProbed) probes.insert(block.probe);
  probes.erase("");
  return probes;
}

Series SlowdownByRound(const CellRows& rows, const std::string& probe) {
  std::map<Moment, Mean> rounds;
  for (const auto& path : PathsOf(rows, BlockKind::kProbed)) {
    const Series bare = MeansByRound(rows, {BlockKind::kBare, path});
    const Series probed = MeansByRound(rows, {BlockKind::kProbed, path, probe});
    auto base = bare.begin();
    for (const RoundValue& value : probed) {
      while (base != bare.end() && MomentOf(*base) < MomentOf(value)) ++base;
      if (base == bare.end()) break;
      if (MomentOf(*base) != MomentOf(value) || base->value <= 0) continue;
      Mean& mean = rounds[MomentOf(value)];
      mean.sum += value.value / base->value - 1;
      ++mean.count;
    }
  }
  return MeansOf(rounds);
}

std::map<std::string, record::SlowdownOfRun> SlowdownsOfRun(
    const std::vector<CellRows>& all, uint64_t seed) {
  std::map<std::string, std::map<Moment, Mean>> cells;
  for (const CellRows& rows : all) {
    for (const std::string& probe : ProbesAlone(rows)) {
      for (const RoundValue& round : SlowdownByRound(rows, probe)) {
        Mean& mean = cells[probe][MomentOf(round)];
        mean.sum += round.value;
        ++mean.count;
      }
    }
  }
  std::map<std::string, record::SlowdownOfRun> slowdowns;
  for (const auto& [probe, moments] : cells) {
    const Series series = MeansOf(moments);
    const auto estimate =
        EstimateOf(series, SeedFor(seed, "slowdown of the run/" + probe));
    if (!estimate) continue;
    slowdowns[probe] = {*estimate,
                        static_cast<int>(MiddlesByLaunch(series).size())};
  }
  return slowdowns;
}

}  // namespace knotestat::analysis

// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/planted.h"

#include <algorithm>
#include <cmath>

#include "analysis/across_launches.h"
#include "analysis/bootstrap.h"
#include "analysis/detaches.h"
#include "analysis/difference.h"
#include "analysis/rounds.h"

namespace knotestat::analysis {
namespace {

using record::Estimate;

constexpr double kAllowedShare = 0.01, kAllowedReaderNs = 0.05;
constexpr char kWriter[] = "klist_fini";

const CellRows* FindCell(const std::vector<CellRows>& all,
                         const std::string& strategy) {
  for (const CellRows& rows : all) {
    if (rows.cell.strategy == strategy) return &rows;
  }
  return nullptr;
}

std::optional<Estimate> ReaderDifference(const CellRows& cell,
                                         const CellRows& base,
                                         const std::string& path,
                                         uint64_t seed) {
  const Series difference = Difference(MeansByRound(cell, {.path = path}),
                                       MeansByRound(base, {.path = path}));
  if (difference.size() < kMinRounds) return std::nullopt;
  return EstimateOf(difference, seed);
}

std::optional<Estimate> WriterDifference(const CellRows& cell,
                                         const CellRows& base, uint64_t seed) {
  const auto after = ResampleDetaches(cell.detaches, 0.5, seed);
  const auto before = ResampleDetaches(base.detaches, 0.5, seed + 1);
  if (!after || !before) return std::nullopt;
  return TestDifference(before->middle, after->middle, before->values,
                        after->values)
      .difference;
}

Recovered Judge(const std::optional<Estimate>& reported, double planted,
                double allowed) {
  if (!reported) return Recovered::kCannotTell;
  if (std::abs(reported->median - planted) <= allowed) return Recovered::kYes;
  const bool reaches =
      reported->lo <= planted + allowed && reported->hi >= planted - allowed;
  return reaches ? Recovered::kCannotTell : Recovered::kNo;
}

}  // namespace

std::vector<Recovery> RecoverPlants(const record::Run& run,
                                    std::span<const Plant> plants) {
  const std::vector<CellRows> all = RowsByCell(run);
  std::vector<Recovery> recoveries;
  for (const Plant& plant : plants) {
    Recovery& recovery = recoveries.emplace_back();
    recovery.plant = plant;
    const bool writer = plant.figure == kWriter;
    recovery.allowed_ns = std::max(kAllowedShare * plant.planted_ns,
                                   writer ? 0 : kAllowedReaderNs) +
                          plant.uncertain_ns;
    const CellRows* cell = FindCell(all, plant.strategy);
    const CellRows* base = FindCell(all, plant.base);
    if (cell == nullptr || base == nullptr) continue;
    const uint64_t seed =
        SeedFor(run.context.seed, "planted " + plant.strategy);
    recovery.reported_ns =
        writer ? WriterDifference(*cell, *base, seed)
               : ReaderDifference(*cell, *base, plant.figure, seed);
    recovery.recovered =
        Judge(recovery.reported_ns, plant.planted_ns, recovery.allowed_ns);
  }
  return recoveries;
}

std::string NameOf(Recovered recovered) {
  switch (recovered) {
    case Recovered::kYes:
      return "yes";
    case Recovered::kCannotTell:
      return "can't tell";
    case Recovered::kNo:
      return "no";
  }
  return "";
}

nlohmann::json ToJson(std::span<const Recovery> recoveries) {
  nlohmann::json list = nlohmann::json::array();
  for (const Recovery& recovery : recoveries) {
    nlohmann::json entry = {{"strategy", recovery.plant.strategy},
                            {"base", recovery.plant.base},
                            {"figure", recovery.plant.figure},
                            {"planted_ns", recovery.plant.planted_ns},
                            {"allowed_ns", recovery.allowed_ns},
                            {"recovered", NameOf(recovery.recovered)}};
    if (recovery.reported_ns) {
      entry["reported_ns"] = {{"median", recovery.reported_ns->median},
                              {"lo", recovery.reported_ns->lo},
                              {"hi", recovery.reported_ns->hi}};
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace knotestat::analysis

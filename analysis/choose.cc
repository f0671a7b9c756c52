// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/choose.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "analysis/decision.h"
#include "analysis/load_titles.h"
#include "analysis/phrases.h"
#include "analysis/steady_rows.h"

namespace knotestat::analysis {
namespace {

// What loads are ordered by: fewer CPUs, fewer threads first.
using LoadKey = std::tuple<int, int, int, std::string>;
// Workload and parameters: one choice for each.
using WorkloadKey = std::pair<std::string, std::string>;
using Loads = std::map<LoadKey, std::vector<Evidence>>;

LoadKey LoadKeyOf(const record::Cell& cell) {
  return {cell.cpus, cell.threads * cell.processes, cell.threads,
          cell.cpu_list};
}

// Adds what was measured under other loads, but not under this one.
void AddUnmeasured(Decision& decision, const Loads& loads) {
  for (const auto& [key, cells] : loads) {
    for (const Evidence& evidence : cells) {
      const record::Cell& cell = evidence.cell();
      const bool known =
          std::any_of(decision.verdicts.begin(), decision.verdicts.end(),
                      [&](const Verdict& verdict) {
                        return verdict.strategy == cell.strategy &&
                               verdict.scope == cell.scope;
                      });
      if (known) continue;
      decision.verdicts.push_back({cell.strategy,
                                   cell.scope,
                                   Ruling::kNotRanked,
                                   {},
                                   {},
                                   {},
                                   absl::StrCat("no evidence: not measured at ",
                                                CpuCount(decision.cpus))});
    }
  }
}

std::string LoadName(const Decision& decision) {
  return absl::StrCat(CpuCount(decision.cpus), " (", decision.processes, " x ",
                      decision.threads, " threads)");
}

std::string ChosenThere(const Decision& decision, bool same) {
  const Verdict* there = decision.recommended();
  if (there == nullptr) return "nothing";
  return same ? "the same" : NameIn(decision, *there);
}

Choice ChooseForWorkload(const Loads& loads, const Loads& mixed,
                         const OracleFindings& findings,
                         const Requirements& requirements,
                         const std::string& title, uint64_t seed) {
  std::vector<Decision> decisions;
  for (auto load = loads.rbegin(); load != loads.rend(); ++load) {
    const auto others = mixed.find(load->first);
    decisions.push_back(
        Decide(load->second,
               others == mixed.end() ? std::vector<Evidence>() : others->second,
               findings, requirements, seed));
    decisions.back().title = title;
    AddUnmeasured(decisions.back(), loads);
  }
  Choice choice;
  choice.decision = std::move(decisions.front());
  const Verdict* best = choice.decision.recommended();
  if (best != nullptr) {
    choice.headline =
        absl::StrCat(NameIn(choice.decision, *best), ", for ", title, " at ",
                     CpuCount(choice.decision.cpus));
  }
  for (size_t i = 1; i < decisions.size(); ++i) {
    const Verdict* there = decisions[i].recommended();
    const bool same = best != nullptr && there != nullptr &&
                      best->strategy == there->strategy &&
                      best->scope == there->scope;
    choice.differences.push_back(absl::StrCat(
        "at ", LoadName(decisions[i]), ": ", ChosenThere(decisions[i], same),
        there == nullptr ? "" : ", " + there->reason));
    if (there != nullptr && !same) {
      choice.decision.turning_points.push_back(
          {TurningPoint::Kind::kCpus, static_cast<double>(decisions[i].cpus),
           NameIn(decisions[i], *there)});
    }
    choice.smaller.push_back(std::move(decisions[i]));
  }
  return choice;
}

// Cells that promise something, by workload and load; those that do not (the
// floor, controls) join every load that they were measured under.
std::map<WorkloadKey, Loads> GroupCells(const std::vector<Evidence>& all) {
  std::map<WorkloadKey, Loads> groups;
  for (const Evidence& evidence : all) {
    const record::Cell& cell = evidence.cell();
    if (!cell.promises.safe) continue;
    groups[{cell.workload, NormalParameters(cell)}][LoadKeyOf(cell)].push_back(
        evidence);
  }
  for (const Evidence& evidence : all) {
    const record::Cell& cell = evidence.cell();
    if (cell.promises.safe) continue;
    for (auto& [workload, loads] : groups) {
      const auto load = loads.find(LoadKeyOf(cell));
      if (workload.first != cell.workload || load == loads.end()) continue;
      if (LoadParametersOf(load->second.front().cell()) !=
          LoadParametersOf(cell)) {
        continue;
      }
      load->second.push_back(evidence);
    }
  }
  return groups;
}

// The most frequent workload of the mix: its klist_fini() and bytes count.
std::string MainPart(const Requirements& requirements) {
  return std::max_element(
             requirements.mix.begin(), requirements.mix.end(),
             [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// The cells of the mix's other workloads.
Loads MixedLoads(const std::vector<Evidence>& all,
                 const Requirements& requirements) {
  Loads loads;
  if (requirements.mix.empty()) return loads;
  const std::string main = MainPart(requirements);
  for (const Evidence& evidence : all) {
    const std::string& workload = evidence.cell().workload;
    if (workload != main && requirements.mix.contains(workload)) {
      loads[LoadKeyOf(evidence.cell())].push_back(evidence);
    }
  }
  return loads;
}

}  // namespace

const Verdict* Decision::recommended() const {
  for (const Verdict& verdict : verdicts) {
    if (verdict.ruling == Ruling::kRecommended) return &verdict;
  }
  return nullptr;
}

std::string NameIn(const Decision& decision, const Verdict& verdict) {
  const auto scopes = std::count_if(
      decision.verdicts.begin(), decision.verdicts.end(),
      [&](const Verdict& other) { return other.strategy == verdict.strategy; });
  return scopes > 1 ? verdict.strategy + ":" + verdict.scope : verdict.strategy;
}

std::vector<Choice> Choose(const record::Run& run,
                           const record::Figures& figures,
                           const Requirements& requirements) {
  const std::vector<CellRows> rows = SteadyRowsOf(run).all;
  const FloorIndex floors(rows);
  std::vector<Evidence> all;
  for (size_t i = 0; i < figures.cells.size() && i < rows.size(); ++i) {
    if (requirements.cpus && rows[i].cell.cpus != *requirements.cpus) continue;
    all.push_back({&figures.cells[i], &rows[i], floors.Of(rows[i])});
  }
  const Loads mixed = MixedLoads(all, requirements);
  const OracleFindings findings(figures);
  const std::map<WorkloadKey, Loads> groups = GroupCells(all);
  std::vector<WorkloadKey> keys;
  for (const auto& [key, loads] : groups) keys.push_back(key);
  const std::vector<std::string> titles = LoadTitles(keys);
  std::vector<Choice> choices;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!requirements.mix.empty() && keys[i].first != MainPart(requirements)) {
      continue;
    }
    choices.push_back(ChooseForWorkload(groups.at(keys[i]), mixed, findings,
                                        requirements, titles[i],
                                        run.context.seed));
  }
  return choices;
}

}  // namespace knotestat::analysis

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/plan_view.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/plan.h"
#include "collector/cell_description.h"
#include "collector/topology.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

using collector::GroupPlan;
using nlohmann::json;

json ToJson(const record::Cell& cell) {
  json object = {{"strategy", cell.strategy}, {"scope", cell.scope}};
  if (!cell.refused.empty()) object["refused"] = cell.refused;
  return object;
}

json ToJson(const GroupPlan& group) {
  json cells = json::array();
  json parameters;
  for (const record::Cell& cell : collector::DescribeCells(group)) {
    cells.push_back(ToJson(cell));
    parameters = json::parse(cell.parameters);
  }
  return {{"workload", group.workload},
          {"parameters", parameters},
          {"cpus", group.cpus},
          {"processes", group.load.processes},
          {"threads", group.load.threads},
          {"cells", cells}};
}

// "1 device", "2 devices".
std::string Count(int count, const char* one, const char* several) {
  return absl::StrCat(count, " ", count == 1 ? one : several);
}

void PrintGroup(const GroupPlan& group) {
  const knote::Load& load = group.load;
  std::cout << group.workload << " on "
            << (group.cpus.size() == 1 ? "CPU " : "CPUs ")
            << collector::CpuListName(group.cpus) << ": "
            << Count(load.processes, "process", "processes") << " of "
            << Count(load.threads, "thread", "threads") << ", "
            << Count(load.devices, "device", "devices") << " of "
            << Count(load.knotes_per_device, "knote", "knotes") << "\n";
  std::string line = " ";
  for (const auto* strategy : group.strategies)
    line += " " + knote::StrategyTitle(strategy->info);
  std::cout << line << "\n";
  for (const record::Cell& cell : collector::DescribeCells(group)) {
    if (!cell.refused.empty())
      std::cout << "  refused: " << cell.strategy << ": " << cell.refused
                << "\n";
  }
}

}  // namespace

void ShowPlan(const MeasurePlan& plan, const MeasureOptions& options) {
  double seconds = 0;
  size_t cells = 0;
  json groups = json::array();
  for (const GroupPlan& group : plan.groups) {
    seconds += group.seconds * static_cast<double>(group.strategies.size());
    cells += group.strategies.size();
    groups.push_back(ToJson(group));
  }
  if (options.json) {
    std::cout << record::Dump({{"plan", ToPlan(options)},
                               {"groups", groups},
                               {"launches", plan.launches},
                               {"measuring_seconds", seconds}})
              << "\n";
    return;
  }
  for (const GroupPlan& group : plan.groups) PrintGroup(group);
  std::cout << absl::StrFormat(
      "%d cells in %d groups, %d launches of each, %.0f s of measuring\n",
      cells, plan.groups.size(), plan.launches, seconds);
}

}  // namespace knotestat::cli

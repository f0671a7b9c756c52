// SPDX-License-Identifier: BSD-2-Clause
#include "cli/plan_view.h"

#include <algorithm>
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

// That of RunLaunches() where --max-time does not say another.
constexpr double kUnlessMaxTime = 600;

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

// How much there is to measure. What is refused takes no time.
struct Extent {
  int cells = 0;
  int refused = 0;
  double seconds = 0;  // at least; without starting and attaching
};

Extent ExtentOf(const MeasurePlan& plan) {
  Extent extent;
  for (const GroupPlan& group : plan.groups) {
    double seconds = group.seconds;
    if (group.detaches) {
      const auto detaches = static_cast<double>(*group.detaches);
      seconds = std::max(seconds, detaches / group.detach_hz);
    }
    for (const record::Cell& cell : collector::DescribeCells(group)) {
      ++extent.cells;
      if (cell.refused.empty()) {
        extent.seconds += seconds;
      } else {
        ++extent.refused;
      }
    }
  }
  return extent;
}

std::string HowMuch(const MeasurePlan& plan, const Extent& extent) {
  const auto groups = static_cast<int>(plan.groups.size());
  std::string line = absl::StrCat(
      Count(extent.cells, "cell", "cells"),
      extent.refused == 0 ? ""
                          : absl::StrCat(" (", extent.refused, " refused)"),
      " in ", Count(groups, "group", "groups"), ", ",
      Count(plan.launches, "launch", "launches"), " of each");
  return absl::StrFormat("%s: at least %.*f s of measuring\n", line,
                         extent.seconds < 10 ? 1 : 0, extent.seconds);
}

// What the time depends on besides.
std::string Limits(const MeasureOptions& options) {
  std::string limits;
  if (!options.precision.empty()) {
    absl::StrAppend(&limits, "More launches until --precision ",
                    options.precision, " is reached.\n");
  }
  const double most = options.max_seconds.value_or(
      options.precision.empty() ? 0 : kUnlessMaxTime);
  if (most > 0) {
    absl::StrAppend(&limits, "No launch is started after ", most,
                    " s (--max-time).\n");
  }
  return limits;
}

// Orders of magnitude: what was seen on machines of a few CPUs.
std::string NotIncluded(const MeasurePlan& plan,
                        const MeasureOptions& options) {
  const int processes = plan.launches * static_cast<int>(plan.groups.size());
  return absl::StrCat(
      "Not included: starting ", Count(processes, "process", "processes"),
      options.no_bpf
          ? ", some tenths of a second each.\n"
          : " and attaching the eBPF probes in each, a second or two each; "
            "without eBPF tenths of one.\n");
}

}  // namespace

void ShowPlan(const MeasurePlan& plan, const MeasureOptions& options) {
  const Extent extent = ExtentOf(plan);
  if (options.json) {
    json groups = json::array();
    for (const GroupPlan& group : plan.groups) groups.push_back(ToJson(group));
    std::cout << record::Dump({{"plan", ToPlan(options)},
                               {"groups", groups},
                               {"launches", plan.launches},
                               {"measuring_seconds", extent.seconds}})
              << "\n";
    return;
  }
  for (const GroupPlan& group : plan.groups) PrintGroup(group);
  std::cout << HowMuch(plan, extent) << Limits(options)
            << NotIncluded(plan, options);
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "collector/cell_description.h"

#include <nlohmann/json.hpp>

#include "collector/topology.h"

namespace knotestat::collector {
namespace {

std::string Parameters(const GroupPlan& plan) {
  const knote::Load& load = plan.load;
  nlohmann::json mix;
  for (size_t path = 0; path < knote::kPaths; ++path) {
    if (load.mix[path] != 0)
      mix[std::string(knote::kPathNames[path])] = load.mix[path];
  }
  nlohmann::json parameters = {{"devices", load.devices},
                               {"knotes_per_device", load.knotes_per_device},
                               {"hold_ns", load.hold_ns},
                               {"hold", load.hold_sleeps ? "sleeping" : "busy"},
                               {"mix", mix},
                               {"detach_hz", plan.detach_hz}};
  if (plan.detaches) parameters["detaches"] = *plan.detaches;
  if (plan.writer_cpu) parameters["writer_cpu"] = "own";
  return parameters.dump();
}

}  // namespace

std::string GroupName(knote::Group group) {
  switch (group) {
    case knote::Group::kOwn:
      return "own";
    case knote::Group::kPeer:
      return "peer";
    case knote::Group::kControl:
      return "control";
  }
  return "";
}

record::Promises PromisesOf(const knote::StrategyInfo& info) {
  return {.reader_may_block = info.reader_may_block,
          .reader_may_recurse = info.reader_may_recurse,
          .reader_may_migrate = info.reader_may_migrate,
          .enter_under_spin_lock = info.enter_under_spin_lock,
          .safe = info.safe,
          .covers_submit = info.covers_submit,
          .writer_waits_for = std::string(info.writer_waits_for)};
}

knote::Load LoadFor(const GroupPlan& plan,
                    const knote::StrategyEntry& strategy) {
  knote::Load load = plan.load;
  load.submit_by_contract = knote::SubmitNeedsContract(strategy.info, load);
  return load;
}

record::Cell DescribeCell(const GroupPlan& plan,
                          const knote::StrategyEntry& strategy, int id) {
  const knote::StrategyInfo& info = strategy.info;
  record::Cell cell;
  cell.id = id;
  cell.strategy = std::string(info.name);
  cell.group = GroupName(info.group);
  cell.scope = std::string(info.scope);
  cell.workload = plan.workload;
  cell.cpus = plan.cpu_count;
  cell.threads = plan.load.threads;
  cell.processes = plan.load.processes;
  cell.cpu_list = CpuListName(plan.cpus);
  cell.parameters = Parameters(plan);
  cell.submit_protection =
      knote::SubmitNeedsContract(info, plan.load) ? "contract" : "section";
  cell.bytes = {.per_knote = info.bytes_per_knote,
                .per_klist = info.bytes_per_klist,
                .per_thread = info.bytes_per_thread,
                .per_cpu = info.bytes_per_cpu};
  cell.promises = PromisesOf(info);
  auto refused = knote::StrategyUnavailable(info);
  if (!refused && !plan.anyway) refused = knote::LoadForbidden(info, plan.load);
  cell.refused = refused.value_or("");
  return cell;
}

std::vector<record::Cell> DescribeCells(const GroupPlan& plan) {
  std::vector<record::Cell> cells;
  int id = plan.first_cell;
  for (const auto* strategy : plan.strategies)
    cells.push_back(DescribeCell(plan, *strategy, id++));
  return cells;
}

}  // namespace knotestat::collector

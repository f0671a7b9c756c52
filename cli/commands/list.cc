// knotestat list: what can be measured, and with what.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/validators.h"
#include "collector/cell_description.h"
#include "knote/truth/truth_workload.h"
#include "knote/workloads/workload.h"
#include "probes/probe.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

using collector::GroupName;
using nlohmann::json;

const char* YesNo(bool value) { return value ? "yes" : "no"; }

// `all`: also the broken controls.
json Strategies(bool all) {
  json list = json::array();
  for (const auto& [info, make, boot] : knote::Strategies()) {
    if (info.hidden && !all) continue;
    list.push_back({{"name", info.name},
                    {"group", GroupName(info.group)},
                    {"scope", info.scope},
                    {"title", knote::StrategyTitle(info)},
                    {"summary", info.summary},
                    {"default", info.headline && !info.hidden},
                    {"safe", info.safe},
                    {"reader_may_block", info.reader_may_block},
                    {"reader_may_recurse", info.reader_may_recurse},
                    {"reader_may_migrate", info.reader_may_migrate},
                    {"enter_under_spin_lock", info.enter_under_spin_lock},
                    {"covers_submit", info.covers_submit},
                    {"grace_period", info.grace_period},
                    {"writer_waits_for", info.writer_waits_for},
                    {"bytes",
                     {{"per_knote", info.bytes_per_knote},
                      {"per_klist", info.bytes_per_klist},
                      {"per_thread", info.bytes_per_thread},
                      {"per_cpu", info.bytes_per_cpu}}}});
  }
  return list;
}

json MissingPeers() {
  json list = json::array();
  for (const auto& [name, package] : knote::MissingPeers())
    list.push_back({{"name", name}, {"package", package}});
  return list;
}

void PrintStrategies(bool all) {
  std::cout << absl::StreamFormat(
      "%-28s %-7s %-7s %-6s %-8s %-6s %-7s %s\n", "strategy", "group", "scope",
      "blocks", "recurses", "locked", "submits", "klist_fini waits for");
  for (const auto& [info, make, boot] : knote::Strategies()) {
    if (info.hidden && !all) continue;
    std::cout << absl::StreamFormat(
        "%-28s %-7s %-7s %-6s %-8s %-6s %-7s %s\n", knote::StrategyTitle(info),
        GroupName(info.group), std::string(info.scope),
        YesNo(info.reader_may_block), YesNo(info.reader_may_recurse),
        YesNo(info.enter_under_spin_lock), YesNo(info.covers_submit),
        std::string(info.writer_waits_for));
  }
  std::cout
      << "\nA reader section may ... blocks: sleep; recurses: be entered again "
         "while a\nwriter waits; locked: be entered under a spin or object "
         "lock; submits: knote()\nruns in one (else klist_fini is kept apart "
         "from it by contract).\n";
  for (const auto& [name, package] : knote::MissingPeers()) {
    std::cout << absl::StreamFormat(
        "%s is not built: it needs the package %s\n", std::string(name),
        std::string(package));
  }
}

json Workloads() {
  json list = json::array();
  for (const knote::Workload& workload : knote::Workloads()) {
    json mix = json::object();
    for (size_t path = 0; path < knote::kPaths; ++path) {
      if (workload.mix[path] != 0)
        mix[std::string(knote::kPathNames[path])] = workload.mix[path];
    }
    list.push_back({{"name", workload.name},
                    {"summary", workload.summary},
                    {"question", workload.question},
                    {"expected", workload.expected},
                    {"mix", mix},
                    {"one_process", workload.one_process},
                    {"threads_per_cpu", workload.threads_per_cpu},
                    {"mpsafe", workload.mpsafe},
                    {"devices_per_thread", workload.devices_per_thread},
                    {"knotes_per_device", workload.knotes_per_device},
                    {"hold_ns", workload.hold_ns},
                    {"hold", workload.hold_sleeps ? "sleeping" : "busy"},
                    {"detach_hz", workload.detach_hz}});
  }
  return list;
}

void PrintWorkloads() {
  for (const knote::Workload& workload : knote::Workloads()) {
    std::cout << absl::StreamFormat(
        "%-18s %s\n%-18s %s\n", std::string(workload.name),
        std::string(workload.summary), "", std::string(workload.question));
  }
}

json ParametersOf(const knote::truth::TruthWorkload& workload) {
  json list = json::array();
  for (const knote::truth::Parameter& parameter : workload.parameters)
    list.push_back({{"name", parameter.name},
                    {"summary", parameter.summary},
                    {"unit", parameter.unit},
                    {"default", parameter.usual},
                    {"least", parameter.least},
                    {"most", parameter.most}});
  return list;
}

// What is expected of each strategy, by its title.
json ExpectedOfEach(const knote::truth::TruthWorkload& workload) {
  json expected = json::object();
  for (const knote::StrategyEntry& strategy : knote::Strategies())
    expected[knote::StrategyTitle(strategy.info)] =
        ExpectedOf(workload, strategy.info);
  return expected;
}

json TruthWorkloads() {
  json list = json::array();
  for (const auto& workload : knote::truth::TruthWorkloads())
    list.push_back({{"name", workload.name},
                    {"summary", workload.summary},
                    {"question", workload.question},
                    {"expected", workload.expected},
                    {"expected_of", ExpectedOfEach(workload)},
                    {"promise", workload.promise_text},
                    {"control", workload.control},
                    {"parameters", ParametersOf(workload)}});
  return list;
}

void PrintTruthWorkloads() {
  std::cout << "\nTruth workloads, which test a promise instead of measuring "
               "(`knotestat run\n--workload truth` plays them all). Below each "
               "what --param sets: name=default, range,\nmeaning:\n\n";
  for (const auto& workload : knote::truth::TruthWorkloads()) {
    std::cout << absl::StreamFormat("%-18s %s\n", std::string(workload.name),
                                    std::string(workload.summary));
    for (const knote::truth::Parameter& parameter : workload.parameters)
      std::cout << absl::StreamFormat(
          "%-18s   %s=%d, %d to %d %s: %s\n", "", std::string(parameter.name),
          parameter.usual, parameter.least, parameter.most,
          std::string(parameter.unit), std::string(parameter.summary));
  }
}

json Probes() {
  json list = json::array();
  for (const probes::ProbeEntry& probe : probes::RegisteredProbes())
    list.push_back({{"name", probe.name},
                    {"summary", probe.summary},
                    {"cost", probe.cost}});
  return list;
}

void PrintProbes() {
  const auto all = probes::RegisteredProbes();
  for (const probes::ProbeEntry& probe : all)
    std::cout << absl::StreamFormat(
        "%-14s %s\n%-14s %s\n", std::string(probe.name),
        std::string(probe.summary), "", std::string(probe.cost));
  if (all.empty()) std::cout << "none: built without eBPF\n";
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto what = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  app.add_option("WHAT", *what, "strategies, workloads or probes")
      ->required()
      ->check(OneOf({"strategies", "workloads", "probes"}));
  app.add_flag("--json", *as_json, "As JSON");
  auto all = std::make_shared<bool>(false);
  app.add_flag("--all", *all, "Strategies: also those broken on purpose");
  return [what, as_json, all] {
    if (*as_json) {
      json list = {{*what, *what == "strategies"  ? Strategies(*all)
                           : *what == "workloads" ? Workloads()
                                                  : Probes()}};
      if (*what == "strategies") list["not_built"] = MissingPeers();
      if (*what == "workloads") list["truth_workloads"] = TruthWorkloads();
      std::cout << record::Dump(list) << "\n";
    } else if (*what == "strategies") {
      PrintStrategies(*all);
    } else if (*what == "workloads") {
      PrintWorkloads();
      PrintTruthWorkloads();
    } else {
      PrintProbes();
    }
    return kOk;
  };
}

const CommandRegistration registration({
    "list",
    "List strategies, workloads or probes",
    "  knotestat list strategies\n"
    "  knotestat list workloads --json\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat doctor: what works on this machine, what a probe costs here, and
// what to do about the rest.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/interruptions.h"
#include "cli/command.h"
#include "collector/interruptions.h"
#include "collector/machine.h"
#include "collector/timer.h"
#include "collector/topology.h"
#include "knote/world.h"
#include "probes/probe_check.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

// More than that of its time away, and p99.9 of what waits for a thread there
// is no longer the mechanism's.
constexpr double kMostAway = 0.001;

struct Finding {
  std::string name;
  bool works = false;
  std::string detail;
  std::string remedy;
};

std::vector<Finding> CheckStrategies() {
  std::vector<Finding> findings;
  for (const auto& [info, make, boot] : knote::Strategies()) {
    const auto missing = knote::StrategyUnavailable(info);
    findings.push_back({"strategy " + knote::StrategyTitle(info), !missing,
                        missing.value_or("runs here"),
                        missing ? "measure the other strategies" : ""});
  }
  return findings;
}

Finding CheckSteal(const std::vector<int>& cpus) {
  const bool known = collector::StealNs(cpus).has_value();
  return {"steal time", known,
          known ? "the kernel reports it" : "/proc/stat does not say",
          known ? "" : "trust the intervals: they include what was stolen"};
}

std::optional<Finding> CheckInterruptions(const std::vector<int>& cpus,
                                          const collector::Timer& timer) {
  const auto watched = collector::WatchForInterruptions(cpus, timer);
  if (!watched) return std::nullopt;
  record::Context context;
  context.watched_ns = watched->watched_ns;
  context.interruptions = watched->lengths;
  const auto seen = analysis::InterruptionsOf(context);
  return Finding{
      "CPUs without interruptions", seen->share < kMostAway,
      absl::StrFormat("away %.0f times a second, %.2f %% of the time",
                      seen->per_second, 100 * seen->share),
      seen->share < kMostAway
          ? ""
          : absl::StrFormat(
                "the slowest %.1f %% of what waits for a thread show the "
                "machine: half of the time that a CPU is away, it is for %.1f "
                "us and more at once",
                100 * seen->share, seen->half_ns / 1e3)};
}

std::vector<Finding> CheckProbes() {
  std::vector<Finding> findings;
  for (const probes::ProbeCheck& check : probes::CheckProbes()) {
    std::string detail = check.detail;
    if (check.cost_ns)
      absl::StrAppend(&detail,
                      absl::StrFormat("; %.0f ns an event", *check.cost_ns));
    findings.push_back({absl::StrCat("probe ", check.name), check.works, detail,
                        check.remedy});
  }
  return findings;
}

void Print(const record::Context& machine, const collector::Timer& timer,
           const std::vector<int>& cpus, const std::vector<Finding>& findings) {
  std::cout << absl::StreamFormat(
      "%s, Linux %s, %s\nCPUs %s (%d may be used), timer step %.1f ns, a timed "
      "bracket costs %.1f ns\n\n",
      machine.host, machine.kernel, machine.cpu_model,
      collector::CpuListName(cpus), static_cast<int>(cpus.size()),
      timer.quantum_ns, timer.cost_ns);
  for (const Finding& finding : findings) {
    std::cout << absl::StreamFormat("%-4s %-28s %s\n",
                                    finding.works ? "ok" : "NO", finding.name,
                                    finding.detail);
    if (!finding.remedy.empty())
      std::cout << absl::StreamFormat("     %-28s -> %s\n", "", finding.remedy);
  }
}

nlohmann::json ToJson(const record::Context& machine,
                      const collector::Timer& timer,
                      const std::vector<int>& cpus,
                      const std::vector<Finding>& findings) {
  nlohmann::json checks = nlohmann::json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"name", finding.name},
                      {"works", finding.works},
                      {"detail", finding.detail}});
    if (!finding.remedy.empty()) checks.back()["remedy"] = finding.remedy;
  }
  return {{"host", machine.host},
          {"kernel", machine.kernel},
          {"cpu_model", machine.cpu_model},
          {"cpus", cpus},
          {"timer_quantum_ns", timer.quantum_ns},
          {"timer_cost_ns", timer.cost_ns},
          {"checks", checks}};
}

ExitCode Doctor(bool as_json) {
  const auto cpus = collector::CpuOrder();
  if (!cpus.ok()) return Fail(cpus.status());
  std::vector<Finding> findings = CheckStrategies();
  findings.push_back(CheckSteal(*cpus));
  const collector::Timer timer = collector::CalibrateTimer();
  if (auto finding = CheckInterruptions(*cpus, timer))
    findings.push_back(*finding);
  const std::vector<Finding> checked = CheckProbes();
  findings.insert(findings.end(), checked.begin(), checked.end());
  const record::Context machine = collector::DescribeMachine();
  if (as_json) {
    std::cout << record::Dump(ToJson(machine, timer, *cpus, findings)) << "\n";
  } else {
    Print(machine, timer, *cpus, findings);
  }
  for (const Finding& finding : checked) {
    if (!finding.works) return kMissingPrivilege;
  }
  return kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "As JSON");
  return [as_json] { return Doctor(*as_json); };
}

const CommandRegistration registration({
    "doctor",
    "Try every probe and mechanism on this machine",
    "  knotestat doctor\n"
    "  knotestat doctor --json\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

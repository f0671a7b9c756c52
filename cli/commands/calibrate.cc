// knotestat calibrate: are planted costs reported as what they are?
//
// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include <memory>

#include "absl/strings/str_format.h"
#include "analysis/planted.h"
#include "cli/command.h"
#include "cli/measure.h"
#include "cli/validators.h"
#include "collector/cycle_time.h"
#include "collector/topology.h"
#include "dashboards/table.h"
#include "dashboards/units.h"
#include "knote/strategies/planted_fini/planted_fini.h"
#include "knote/world.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

using analysis::Plant;
using analysis::Recovered;
using analysis::Recovery;

constexpr int kPlantedCycles[] = {2, 4, 18, 72};
constexpr char kSectionBase[] = "planted_section_0", kFiniBase[] = "none";
constexpr int kRulerCycles = 1000;

struct Options {
  double seconds = 5;
  std::string output;
  bool json = false;
  std::string command_line;
};

std::string SectionOf(int cycles) {
  return absl::StrFormat("planted_section_%d", cycles);
}

MeasureOptions WhatToMeasure(const Options& options) {
  MeasureOptions measure;
  measure.workloads = {"submit"};
  measure.cpus = "1";
  measure.detach_hz = {200};
  measure.seconds = options.seconds;
  measure.no_bpf = true;
  measure.output = options.output;
  measure.command_line = options.command_line;
  if (knote::FindStrategy(kSectionBase) != nullptr) {
    measure.strategies.emplace_back(kSectionBase);
    for (const int cycles : kPlantedCycles)
      measure.strategies.push_back(SectionOf(cycles));
    measure.strategies.push_back(SectionOf(kRulerCycles));
  }
  for (const knote::PlantedDelay& delay : knote::kPlantedDelays)
    measure.strategies.emplace_back(delay.name);
  return measure;
}

// How long a cycle is. Clocks of CPUs change, so the ruler is in the run
// itself, in the same rounds as what it measures; the clock before and after
// the run says whether it is about right.
struct Ruler {
  std::optional<double> before_ns, after_ns;
  std::optional<double> cycle_ns;  // in the run
};

// The ruler against the clock: allowed is, besides 1 %, what the clock changed.
Plant RulerPlant(const Ruler& ruler) {
  return {.strategy = SectionOf(kRulerCycles),
          .base = kSectionBase,
          .figure = "submit",
          .planted_ns = kRulerCycles * (*ruler.before_ns + *ruler.after_ns) / 2,
          .uncertain_ns =
              kRulerCycles * std::abs(*ruler.after_ns - *ruler.before_ns) / 2};
}

std::vector<Recovery> Recover(const record::Run& run, Ruler& ruler) {
  std::vector<Plant> plants;
  if (ruler.before_ns && ruler.after_ns) {
    const Plant thousand = RulerPlant(ruler);
    const auto found = analysis::RecoverPlants(run, {&thousand, 1});
    if (found[0].reported_ns)
      ruler.cycle_ns = found[0].reported_ns->median / kRulerCycles;
    plants.push_back(thousand);
  }
  for (const int cycles : kPlantedCycles) {
    if (ruler.cycle_ns)
      plants.push_back({.strategy = SectionOf(cycles),
                        .base = kSectionBase,
                        .figure = "submit",
                        .planted_ns = cycles * *ruler.cycle_ns});
  }
  for (const knote::PlantedDelay& delay : knote::kPlantedDelays)
    plants.push_back({.strategy = std::string(delay.name),
                      .base = kFiniBase,
                      .figure = "klist_fini",
                      .planted_ns = static_cast<double>(delay.ns)});
  return analysis::RecoverPlants(run, plants);
}

std::string ClockLine(const Ruler& ruler) {
  if (!ruler.before_ns || !ruler.after_ns)
    return "No planted sections: this CPU's cycles are not known to us.";
  if (!ruler.cycle_ns)
    return "No planted sections: too little was measured; give more --seconds.";
  return absl::StrFormat(
      "A cycle takes %.4f ns in the run, %.4f ns before and %.4f ns after it.",
      *ruler.cycle_ns, *ruler.before_ns, *ruler.after_ns);
}

std::string Duration(double ns) {
  return std::abs(ns) < 1000 ? absl::StrFormat("%.3f ns", ns)
                             : absl::StrFormat("%.2f us", ns / 1000);
}

void Print(const Ruler& ruler, const std::vector<Recovery>& recoveries) {
  std::cout << ClockLine(ruler) << "\n"
            << "Allowed: 1 %, of a section at least 0.05 ns; of the ruler also "
               "what the clock changed.\n\n";
  dashboards::Table table(1);
  for (const char* head :
       {"planted", "figure", "truth", "reported", "95 % interval", "recovered"})
    table.Column(head);
  for (const Recovery& recovery : recoveries) {
    const auto& reported = recovery.reported_ns;
    table.Row({recovery.plant.strategy, recovery.plant.figure,
               Duration(recovery.plant.planted_ns),
               reported ? Duration(reported->median) : "-",
               reported
                   ? Duration(reported->lo) + " to " + Duration(reported->hi)
                   : "-",
               NameOf(recovery.recovered)});
  }
  for (const std::string& line : table.Lines(100, {}))
    std::cout << line << "\n";
}

ExitCode CodeOf(const Ruler& ruler, const std::vector<Recovery>& recoveries) {
  bool unsure = !ruler.cycle_ns;
  for (const Recovery& recovery : recoveries) {
    if (recovery.recovered == Recovered::kNo) return kFailed;
    unsure = unsure || recovery.recovered == Recovered::kCannotTell;
  }
  return unsure ? kTooNoisy : kOk;
}

ExitCode Calibrate(const Options& options) {
  const auto order = collector::CpuOrder();
  if (!order.ok()) return Fail(order.status());
  const int cpu = order->front();
  Ruler ruler;
  ruler.before_ns = collector::CycleNs(cpu);
  ExitCode code = kOk;
  const ExitCode measured =
      Measure(WhatToMeasure(options), [&](const record::Run& run, bool) {
        ruler.after_ns = collector::CycleNs(cpu);
        const auto recoveries = Recover(run, ruler);
        if (options.json) {
          nlohmann::json shown = {{"plants", ToJson(recoveries)}};
          if (ruler.cycle_ns) shown["cycle_ns"] = *ruler.cycle_ns;
          std::cout << record::Dump(shown) << "\n";
        } else {
          Print(ruler, recoveries);
        }
        code = CodeOf(ruler, recoveries);
      });
  return measured == kOk ? code : measured;
}

std::function<ExitCode()> Setup(CLI::App& app,
                                const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  app.add_option("--seconds", options->seconds,
                 "Measuring time for each planted cost")
      ->check(Number(0.1, 86'400))
      ->capture_default_str();
  app.add_option("-o,--output", options->output,
                 "Result file (SQLite); must not exist yet");
  app.add_flag("--json", options->json, "As JSON");
  return [options] { return Calibrate(*options); };
}

const CommandRegistration calibrate_registration({
    "calibrate",
    "Plant known costs on this machine and see whether they are reported",
    "  knotestat calibrate\n"
    "  knotestat calibrate --seconds 20 -o calibration.db\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

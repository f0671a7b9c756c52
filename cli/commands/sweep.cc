// knotestat sweep: strategies x workloads x CPU counts.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "cli/command.h"
#include "cli/measure.h"
#include "cli/plan.h"

namespace knotestat::cli {
namespace {

// A plan file sets what the command line does not.
ExitCode Sweep(const MeasureOptions& options, const std::string& file,
               CLI::App& app) {
  if (!file.empty()) {
    const auto plan = ReadPlan(file);
    if (!plan.ok()) return Fail(plan.status());
    const absl::Status applied = ApplyPlan(*plan, file, app);
    if (!applied.ok()) return Fail(applied);
  }
  return Measure(options);
}

std::function<ExitCode()> Setup(CLI::App& app,
                                const std::string& command_line) {
  auto options = std::make_shared<MeasureOptions>();
  // The quick sweep: the hot path, the event loop, and readers that block.
  options->workloads = {"submit", "scan", "sleeping_hold"};
  options->command_line = command_line;
  app.add_option("--workload,--workloads", options->workloads,
                 "Workloads (see: knotestat list workloads)")
      ->delimiter(',')
      ->capture_default_str();
  AddMeasureOptions(app, *options);
  auto plan = std::make_shared<std::string>();
  app.add_option("--plan", *plan,
                 "JSON file of these options; those of the command line win");
  return [options, plan, &app] { return Sweep(*options, *plan, app); };
}

const CommandRegistration registration({
    "sweep",
    "Measure strategies x workloads x CPU counts (the default: quick sweep)",
    "  knotestat sweep --html report.html\n"
    "  knotestat sweep --workloads submit,mixed --cpus 1,2,4,8 -o sweep.db\n"
    "  knotestat sweep --strategies all --precision 1% -o sweep.db\n"
    "  knotestat sweep --plan night.json -o night.db\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

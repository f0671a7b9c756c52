// knotestat sweep: strategies x workloads x CPU counts.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "cli/command.h"
#include "cli/measure.h"

namespace knotestat::cli {
namespace {

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
  return [options] { return Measure(*options); };
}

const CommandRegistration registration({
    "sweep",
    "Measure strategies x workloads x CPU counts (the default: quick sweep)",
    "  knotestat sweep --html report.html\n"
    "  knotestat sweep --workloads submit,mixed --cpus 1,2,4,8 -o sweep.db\n"
    "  knotestat sweep --strategies all --seconds 10 -o sweep.db\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

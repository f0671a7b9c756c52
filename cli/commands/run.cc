// knotestat run: one workload under one or more strategies.
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
  options->workloads = {"submit"};
  options->command_line = command_line;
  app.add_option("--workload", options->workloads[0],
                 "Workload (see: knotestat list workloads)")
      ->capture_default_str();
  AddMeasureOptions(app, *options);
  return [options] { return Measure(*options); };
}

const CommandRegistration registration({
    "run",
    "Measure one workload under one or more strategies",
    "  knotestat run --workload submit\n"
    "  knotestat run --strategy rwlock,epoch --cpus 1,2 -o out.db\n"
    "  knotestat run --workload scan --hold-ns 5000 --detach-rate 200\n"
    "  knotestat run --strategy all --no-bpf --json\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

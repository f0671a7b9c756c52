// knotestat run: one workload under one or more strategies, or truth workloads.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "cli/command.h"
#include "cli/measure.h"
#include "cli/truth_run.h"

namespace knotestat::cli {
namespace {

std::function<ExitCode()> Setup(CLI::App& app,
                                const std::string& command_line) {
  auto options = std::make_shared<MeasureOptions>();
  options->workloads = {"submit"};
  options->command_line = command_line;
  app.add_option("--workload", options->workloads[0],
                 "Workload (see: knotestat list workloads); truth: all that "
                 "test promises")
      ->capture_default_str();
  AddMeasureOptions(app, *options);
  app.add_option("--param", options->parameters,
                 "Parameters of a truth workload, NAME=VALUE (see: knotestat "
                 "list workloads)")
      ->delimiter(',');
  return [options, &app] {
    if (options->workloads[0].find(',') != std::string::npos) {
      return Fail(absl::InvalidArgumentError(
          "--workload " + options->workloads[0] +
          ": run takes one workload, and sweep several: knotestat sweep "
          "--workloads " +
          options->workloads[0]));
    }
    if (IsTruthWorkload(options->workloads[0])) return RunTruths(app, *options);
    if (!options->parameters.empty()) {
      return Fail(absl::InvalidArgumentError(
          "--param means nothing to " + options->workloads[0] +
          ", which is measured: its parameters are options of their own, such "
          "as --hold-ns and --knotes-per-device"));
    }
    return Measure(*options);
  };
}

const CommandRegistration registration({
    "run",
    "Measure one workload under one or more strategies",
    "  knotestat run --workload submit\n"
    "  knotestat run --strategy rwlock,epoch --cpus 1,2 -o out.db\n"
    "  knotestat run --workload scan --hold-ns 5000 --detach-rate 200\n"
    "  knotestat run --strategy all --no-bpf --json\n"
    "  knotestat run --workload truth --strategy ours -o truth.db\n"
    "  knotestat run --workload recursion --param depth=3,readers=2\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat bench: our mechanisms against the best libraries' own.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/bench.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/bench_view.h"
#include "cli/command.h"
#include "cli/measure.h"
#include "cli/show.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  MeasureOptions measure;
  std::string file;
};

void ShowBench(const record::Run& run, bool as_json) {
  const analysis::Bench bench = analysis::BenchOf(run);
  if (as_json) {
    std::cout << record::Dump(analysis::ToJson(bench)) << "\n";
  } else {
    Print(run.context, bench);
  }
}

// A file is shown as it is: what says how to measure must not be passed over.
absl::Status CheckNothingToMeasure(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 || name == "FILE" || name == "--json") continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "bench: ", name,
        " is for measuring, and FILE is shown as it is: leave one of the two "
        "out"));
  }
  return absl::OkStatus();
}

ExitCode ShowFile(const Options& options, const CLI::App& app) {
  if (absl::Status status = CheckNothingToMeasure(app); !status.ok())
    return Fail(status);
  const auto run = record::Read(options.file);
  if (!run.ok()) return Fail(run.status(), kFailed);
  if (absl::Status status = CheckMeasured(options.file, *run); !status.ok())
    return Fail(status, kFailed);
  ShowBench(*run, options.measure.json);
  return kOk;
}

std::function<ExitCode()> Setup(CLI::App& app,
                                const std::string& command_line) {
  auto options = std::make_shared<Options>();
  MeasureOptions& measure = options->measure;
  measure.workloads = {"submit"};
  measure.strategies = {"all"};
  measure.command_line = command_line;
  app.add_option("FILE", options->file,
                 "Show this result file instead of measuring");
  app.add_option("--workload", measure.workloads[0],
                 "Workload (see: knotestat list workloads)")
      ->capture_default_str();
  AddMeasureOptions(app, measure);
  return [options, &app] {
    return options->file.empty() ? Measure(options->measure, ShowBench)
                                 : ShowFile(*options, app);
  };
}

const CommandRegistration registration({
    "bench",
    "Compare our mechanisms with the best libraries' own",
    "  knotestat bench                        all, on each count of CPUs\n"
    "  knotestat bench --workload scan -o bench.db\n"
    "  knotestat bench bench.db --json\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

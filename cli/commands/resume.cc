// knotestat resume: goes on with a run that was interrupted or killed.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/measure.h"
#include "cli/plan.h"
#include "collector/machine.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

// Rows of two machines, or of two builds, do not belong into one cell.
absl::Status CheckSameMachine(const std::string& file,
                              const record::Context& then) {
  const record::Context now = collector::DescribeMachine();
  const std::pair<std::string, std::string> differences[] = {
      {then.host, now.host},
      {then.kernel, now.kernel},
      {then.cpu_model, now.cpu_model},
      {std::to_string(then.cpus), std::to_string(now.cpus)},
      {then.build, now.build}};
  for (const auto& [before, after] : differences) {
    if (before == after) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        file, ": was begun on ", before, ", this is ", after,
        ": go on there, or start another run here and merge the two"));
  }
  return absl::OkStatus();
}

// What the file asks for.
absl::StatusOr<MeasureOptions> OptionsOf(const std::string& file) {
  const auto run = record::Read(file);
  if (!run.ok()) return run.status();
  if (absl::Status same = CheckSameMachine(file, run->context); !same.ok())
    return same;
  const auto plan = nlohmann::json::parse(run->context.plan, nullptr, false);
  if (!plan.is_object()) {
    return absl::FailedPreconditionError(absl::StrCat(
        file, ": does not say what it was to measure: start another run"));
  }
  CLI::App app;
  MeasureOptions options;
  app.add_option("--workloads", options.workloads);
  AddMeasureOptions(app, options);
  absl::Status applied = ApplyPlan(plan, file, app);
  if (!applied.ok()) return applied;
  options.command_line = run->context.command_line;
  options.resume = file;
  // What was begun with eBPF is not gone on with without it, or the reverse.
  options.require_bpf = run->context.bpf;
  options.no_bpf = !run->context.bpf;
  return options;
}

struct Options {
  std::string file;
  std::string html;
  bool json = false;
};

ExitCode Resume(const Options& options) {
  auto measure = OptionsOf(options.file);
  if (!measure.ok()) return Fail(measure.status(), kFailed);
  measure->html = options.html;
  measure->json = options.json;
  return Measure(*measure);
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "Unfinished result file")->required();
  app.add_option("--html", options->html, "Also write the HTML report here");
  app.add_flag("--json", options->json, "Print the figures as JSON");
  return [options] { return Resume(*options); };
}

const CommandRegistration resume_registration({
    "resume",
    "Go on with a run that was interrupted or killed",
    "  knotestat resume sweep.db\n"
    "  knotestat resume sweep.db --html report.html\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat report: a result file in any of the formats.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "cli/command.h"
#include "cli/show.h"
#include "dashboards/format.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  std::string format = "text";
  std::string output = "-";
};

ExitCode Report(const Options& options) {
  // What is wrong with the command line comes before what is with the file.
  absl::Status status = CheckFormat(options.format);
  if (!status.ok()) return Fail(status);
  const auto run = record::Read(options.file);
  if (!run.ok()) {
    // Whoever opens the page has not seen the terminal. A file that is not
    // there has no page: an older one may be of another file, and stays.
    if (options.format == "html" && !absl::IsNotFound(run.status()))
      WriteHtmlWithoutRun(run.status(), options.output).IgnoreError();
    return Fail(run.status(), kFailed);
  }
  status = WriteAs(*run, options.format, options.output);
  return status.ok() ? kOk : Fail(status);
}

std::string FormatHelp() {
  std::string help = "One of:";
  for (const dashboards::Format& format : dashboards::Formats())
    help += "\n" + format.name + ": " + format.summary;
  return help;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "Result file")->required();
  auto* format = app.add_option("--format", options->format, FormatHelp());
  auto* output = app.add_option("-o,--output", options->output,
                                "File to write ('-': standard output)");
  auto* html = app.add_option_function<std::string>(
      "--html",
      [options](const std::string& path) {
        options->format = "html";
        options->output = path;
      },
      "--format html -o FILE");
  auto* csv = app.add_flag_callback(
      "--csv", [options] { options->format = "csv"; }, "--format csv");
  auto* json = app.add_flag_callback(
      "--json", [options] { options->format = "json"; }, "--format json");
  html->excludes(csv)->excludes(json)->excludes(format)->excludes(output);
  csv->excludes(json)->excludes(format);
  json->excludes(format);
  return [options] { return Report(*options); };
}

const CommandRegistration registration({
    "report",
    "Show a result file",
    "  knotestat report out.db\n"
    "  knotestat report out.db --html report.html\n"
    "  knotestat report out.db --json | jq '.cells[].strategy'\n"
    "  knotestat report out.db --format lockstat\n"
    "  knotestat report out.db --format openmetrics -o knotestat.prom\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

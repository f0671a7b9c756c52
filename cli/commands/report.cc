// knotestat report: a result file as text, page, CSV or JSON.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/show.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  std::string html;
  bool csv = false;
  bool json = false;
};

ExitCode Report(const Options& options) {
  const auto run = record::Read(options.file);
  if (!run.ok()) return Fail(run.status(), kFailed);
  if (!options.html.empty()) {
    const absl::Status status = WriteHtml(*run, options.html);
    return status.ok() ? kOk : Fail(status);
  }
  Show(*run, options.json  ? Form::kJson
             : options.csv ? Form::kCsv
                           : Form::kText);
  return kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "Result file")->required();
  auto* html = app.add_option("--html", options->html,
                              "Write one HTML page here ('-': "
                              "standard output)");
  auto* csv = app.add_flag("--csv", options->csv, "A row per cell and path");
  auto* json = app.add_flag("--json", options->json, "The figures as JSON");
  html->excludes(csv)->excludes(json);
  csv->excludes(json);
  return [options] { return Report(*options); };
}

const CommandRegistration registration({
    "report",
    "Show a result file",
    "  knotestat report out.db\n"
    "  knotestat report out.db --html report.html\n"
    "  knotestat report out.db --json | jq '.cells[].strategy'\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

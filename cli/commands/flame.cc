// knotestat flame: on-CPU and off-CPU flame graphs of a result file.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "absl/strings/str_cat.h"
#include "analysis/flame/folded.h"
#include "analysis/flame/svg.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/show.h"
#include "cli/validators.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  std::string kind = "on-cpu";
  std::string strategy = "all";
  std::string workload = "all";
  std::string format = "svg";
  std::string output = "-";
};

// An unknown name gets the known ones of this file.
absl::Status CheckName(std::string_view kind, const std::string& name,
                       const record::Run& run,
                       std::string record::Cell::*member) {
  std::vector<std::string> known;
  for (const record::Cell& cell : run.cells) {
    if (cell.*member == name) return absl::OkStatus();
    if (std::find(known.begin(), known.end(), cell.*member) == known.end())
      known.push_back(cell.*member);
  }
  return name == "all" ? absl::OkStatus() : Unknown(kind, name, known);
}

ExitCode Flame(const Options& options) {
  const auto run = record::Read(options.file);
  if (!run.ok()) return Fail(run.status(), kFailed);
  absl::Status named =
      CheckName("strategy", options.strategy, *run, &record::Cell::strategy);
  if (named.ok())
    named =
        CheckName("workload", options.workload, *run, &record::Cell::workload);
  if (!named.ok()) return Fail(named);

  flame::Selection selection;
  selection.kind = options.kind == "on-cpu" ? "on_cpu" : "off_cpu";
  if (options.strategy != "all") selection.strategy = options.strategy;
  if (options.workload != "all") selection.workload = options.workload;
  selection.strategy_root = options.strategy == "all";
  const auto tree = flame::SelectStacks(*run, selection);
  if (!tree.ok()) return Fail(tree.status());

  flame::SvgOptions picture;
  picture.title = absl::StrCat(options.kind == "on-cpu" ? "On-CPU" : "Off-CPU",
                               ": ", options.workload, " workload, ",
                               options.strategy, " strategy");
  if (options.workload == "all") picture.title += ", all workloads";
  picture.unit = options.kind == "on-cpu" ? "samples" : "ns";
  picture.why_empty = flame::WhyEmpty(*run, selection);
  const absl::Status status = WriteFile(
      options.output, options.format == "svg" ? flame::FlameSvg(*tree, picture)
                                              : flame::PrintFolded(*tree));
  return status.ok() ? kOk : Fail(status);
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "Result file")->required();
  app.add_option("--kind", options->kind, "Where time went, or where it waited")
      ->check(OneOf({"on-cpu", "off-cpu"}))
      ->capture_default_str();
  app.add_option("--strategy", options->strategy, "One strategy, or 'all'")
      ->capture_default_str();
  app.add_option("--workload", options->workload, "One workload, or 'all'")
      ->capture_default_str();
  app.add_option("--format", options->format, "Picture or folded stacks")
      ->check(OneOf({"svg", "folded"}))
      ->capture_default_str();
  app.add_option("-o,--output", options->output,
                 "File to write ('-': standard output)")
      ->capture_default_str();
  return [options] { return Flame(*options); };
}

const CommandRegistration registration({
    "flame",
    "Draw flame graphs of a result file",
    "  knotestat flame out.db -o on_cpu.svg\n"
    "  knotestat flame out.db --kind off-cpu --strategy rwlock -o off.svg\n"
    "  knotestat flame out.db --format folded | sort -k2 -n | tail\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

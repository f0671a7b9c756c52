// knotestat flame: on-CPU and off-CPU flame graphs of a result file, and those
// of other profilers' files.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <filesystem>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "analysis/flame/folded.h"
#include "analysis/flame/format.h"
#include "analysis/flame/input.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/show.h"
#include "cli/validators.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  std::string from;
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

ExitCode Write(const flame::Graph& graph, const Options& options) {
  const auto document = flame::FindFormat(options.format)->write(graph);
  const absl::Status status =
      document.ok() ? WriteFile(options.output, *document) : document.status();
  return status.ok() ? kOk : Fail(status);
}

ExitCode FlameOfProfile(const Options& options) {
  const auto profile = flame::ReadProfile(options.from);
  if (!profile.ok()) return Fail(profile.status(), kFailed);
  if (!profile->note.empty())
    std::cerr << "knotestat: " << options.from << ": " << profile->note << "\n";
  flame::Graph graph{profile->tree};
  graph.title = std::filesystem::path(options.from).filename();
  graph.why_empty = "The file holds none.";
  return Write(graph, options);
}

ExitCode FlameOfResult(const Options& options) {
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

  flame::Graph graph{*tree};
  graph.title = absl::StrCat(options.kind == "on-cpu" ? "On-CPU" : "Off-CPU",
                             ": ", options.workload, " workload, ",
                             options.strategy, " strategy");
  if (options.workload == "all") graph.title += ", all workloads";
  graph.unit = options.kind == "on-cpu" ? "samples" : "ns";
  graph.why_empty = flame::WhyEmpty(*run, selection);
  return Write(graph, options);
}

ExitCode Flame(const Options& options) {
  if (!options.from.empty()) return FlameOfProfile(options);
  if (options.file.empty()) {
    return Fail(absl::InvalidArgumentError(
        "flame: expected the result FILE of a run, or --from FILE with "
        "another profiler's stacks"));
  }
  return FlameOfResult(options);
}

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const flame::Format& format : flame::Formats())
    names.push_back(format.name);
  return names;
}

std::string FormatHelp() {
  std::string help = "One of:";
  for (const flame::Format& format : flame::Formats())
    help += "\n" + format.name + ": " + format.summary;
  return help;
}

std::string InputHelp() {
  std::string help = "Instead of a result file:";
  for (const flame::Input& input : flame::Inputs())
    help += "\n" + input.name + ": " + input.summary;
  return help;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  auto* file = app.add_option("FILE", options->file, "Result file");
  auto* from = app.add_option("--from", options->from, InputHelp());
  auto* kind = app.add_option("--kind", options->kind,
                              "Where time went, or where it waited")
                   ->check(OneOf({"on-cpu", "off-cpu"}))
                   ->capture_default_str();
  auto* strategy =
      app.add_option("--strategy", options->strategy, "One strategy, or 'all'")
          ->capture_default_str();
  auto* workload =
      app.add_option("--workload", options->workload, "One workload, or 'all'")
          ->capture_default_str();
  app.add_option("--format", options->format, FormatHelp())
      ->check(OneOf(FormatNames()))
      ->capture_default_str();
  app.add_option("-o,--output", options->output,
                 "File to write ('-': standard output)")
      ->capture_default_str();
  from->excludes(file)->excludes(kind)->excludes(strategy)->excludes(workload);
  return [options] { return Flame(*options); };
}

const CommandRegistration registration({
    "flame",
    "Draw flame graphs of a result file",
    "  knotestat flame out.db -o on_cpu.svg\n"
    "  knotestat flame out.db --kind off-cpu --strategy rwlock -o off.svg\n"
    "  knotestat flame out.db --format folded | sort -k2 -n | tail\n"
    "  knotestat flame out.db --format speedscope -o out.speedscope.json\n"
    "  knotestat flame --from perf.data -o out.svg\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat flame: on-CPU, off-CPU and blame graphs of a result file, and those
// of other profilers' files.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "analysis/flame/difference.h"
#include "analysis/flame/format.h"
#include "analysis/flame/input.h"
#include "analysis/flame/selection.h"
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
  std::string diff;
  std::string diff_strategy;
  std::vector<std::string> roots;
  bool no_wakers = false;
  bool no_inlined = false;

  bool IsDifference() const { return !diff.empty() || !diff_strategy.empty(); }
};

struct Kind {
  const char* name;
  const char* recorded;  // in the result file
  const char* title;
  const char* unit;
};

constexpr Kind kKinds[] = {
    {"on-cpu", "on_cpu", "On-CPU", "samples"},
    {"off-cpu", "off_cpu", "Off-CPU", "ns"},
    {"blame", "blame", "Waits of klist_fini, by who ended them", "ns"}};

const Kind& KindOf(std::string_view name) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds),
                       [&](const Kind& kind) { return kind.name == name; });
}

// An unknown name gets the known ones of this file.
absl::Status CheckName(std::string_view kind, const std::string& name,
                       const std::vector<std::string>& known) {
  return name == "all" ||
                 std::find(known.begin(), known.end(), name) != known.end()
             ? absl::OkStatus()
             : Unknown(kind, name, known);
}

ExitCode Write(const flame::Graph& graph, const Options& options) {
  const auto document = flame::FindFormat(options.format)->write(graph);
  const absl::Status status =
      document.ok() ? WriteFile(options.output, *document) : document.status();
  return status.ok() ? kOk : Fail(status);
}

// One side of what is drawn, with what its title says of it.
struct Side {
  flame::StackTree tree;
  std::string title;
  std::string unit = "samples";
  std::string why_empty = {};
  std::vector<flame::Part> parts = {};  // of times that are to be compared
};

absl::StatusOr<Side> SideOfProfile(const std::string& path) {
  auto profile = flame::ReadProfile(path);
  if (!profile.ok()) return profile.status();
  if (!profile->note.empty()) Tell(absl::StrCat(path, ": ", profile->note));
  return Side{.tree = std::move(profile->tree),
              .title = std::filesystem::path(path).filename(),
              .why_empty = "The file holds none."};
}

flame::Selection SelectionOf(const std::string& strategy,
                             const Options& options) {
  flame::Selection selection;
  selection.kind = KindOf(options.kind).recorded;
  if (strategy != "all") selection.strategy = strategy;
  if (options.workload != "all") selection.workload = options.workload;
  const auto is_root = [&](const char* name) {
    return std::find(options.roots.begin(), options.roots.end(), name) !=
           options.roots.end();
  };
  selection.strategy_root =
      options.roots.empty() ? strategy == "all" : is_root("strategy");
  selection.thread_root = is_root("thread");
  selection.cpu_root = is_root("cpu");
  selection.wakers = !options.no_wakers;
  selection.inlined = !options.no_inlined;
  selection.without_arguments = !options.diff_strategy.empty();
  return selection;
}

absl::Status WithFile(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", std::string(status.message())));
}

absl::StatusOr<Side> SideOfResult(const std::string& path,
                                  const std::string& strategy,
                                  const Options& options) {
  const auto run = record::Read(path);
  if (!run.ok()) return absl::FailedPreconditionError(run.status().message());
  absl::Status named =
      CheckName("strategy", strategy, flame::StrategiesOf(*run));
  if (named.ok())
    named = CheckName("workload", options.workload, WorkloadsOf(*run));
  if (!named.ok()) return named;

  const Kind& kind = KindOf(options.kind);
  const flame::Selection selection = SelectionOf(strategy, options);
  auto tree = flame::SelectStacks(*run, selection);
  if (!tree.ok()) return tree.status();
  Side side{
      .tree = *std::move(tree),
      .title = absl::StrCat(
          kind.title, ": ",
          options.workload == "all" ? "all workloads"
                                    : options.workload + " workload",
          ", ", strategy == "all" ? "all strategies" : strategy + " strategy")};
  side.unit = kind.unit;
  side.why_empty = flame::WhyEmpty(*run, selection);
  if (options.IsDifference() && side.unit != "samples") {
    auto parts = flame::SelectParts(*run, selection);
    if (!parts.ok()) return WithFile(path, parts.status());
    side.parts = *std::move(parts);
  }
  return side;
}

// A file that cannot be used is kFailed whatever is wrong with it.
ExitCode FailOf(const absl::Status& status, const Options& options) {
  return options.from.empty() ? Fail(status) : Fail(status, kFailed);
}

absl::StatusOr<Side> Before(const Options& options) {
  return options.from.empty()
             ? SideOfResult(options.file, options.strategy, options)
             : SideOfProfile(options.from);
}

absl::StatusOr<Side> After(const Options& options) {
  const std::string& path = options.diff.empty() ? options.file : options.diff;
  if (!options.from.empty()) return SideOfProfile(path);
  return SideOfResult(
      path,
      options.diff_strategy.empty() ? options.strategy : options.diff_strategy,
      options);
}

ExitCode FlameOfDifference(const Options& options) {
  const auto before = Before(options);
  if (!before.ok()) return FailOf(before.status(), options);
  const auto after = After(options);
  if (!after.ok()) return FailOf(after.status(), options);
  const auto difference =
      before->unit == "samples"
          ? flame::Compare(before->tree, after->tree)
          : flame::CompareTimes(before->parts, after->parts);
  if (!difference.ok()) return Fail(difference.status(), kFailed);
  const absl::Status status = WriteFile(
      options.output,
      options.format == "svg"
          ? flame::DifferenceSvg(*difference, before->title, after->title)
          : flame::PrintFoldedDifference(*difference));
  return status.ok() ? kOk : Fail(status);
}

absl::Status CheckDifference(const Options& options) {
  if (options.format != "svg" && options.format != "folded") {
    return absl::InvalidArgumentError(absl::StrCat(
        "flame: a difference is drawn as svg or folded, not as ",
        options.format, ": give --format svg or leave --diff out"));
  }
  if (!options.diff_strategy.empty() && options.strategy == "all") {
    return absl::InvalidArgumentError(
        "flame: --diff-strategy expects the strategy to compare with: give "
        "--strategy S");
  }
  return absl::OkStatus();
}

ExitCode Flame(const Options& options) {
  if (options.file.empty() && options.from.empty()) {
    return Fail(absl::InvalidArgumentError(
        "flame: expected the result FILE of a run, or --from FILE with "
        "another profiler's stacks"));
  }
  if (options.IsDifference()) {
    const absl::Status status = CheckDifference(options);
    return status.ok() ? FlameOfDifference(options) : Fail(status);
  }
  const auto side = Before(options);
  if (!side.ok()) return FailOf(side.status(), options);
  flame::Graph graph{side->tree};
  graph.title = side->title;
  graph.unit = side->unit;
  graph.why_empty = side->why_empty;
  if (side->tree.total() == 0) {
    Tell(absl::StrCat(options.from.empty() ? options.file : options.from,
                      ": no stacks to draw. ", side->why_empty));
  }
  return Write(graph, options);
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
  auto* kind =
      app.add_option(
             "--kind", options->kind,
             "Where time went, where it waited, or for whom klist_fini() did")
          ->check(OneOf({"on-cpu", "off-cpu", "blame"}))
          ->capture_default_str();
  auto* strategy =
      app.add_option("--strategy", options->strategy, "One strategy, or 'all'")
          ->capture_default_str();
  auto* workload =
      app.add_option("--workload", options->workload, "One workload, or 'all'")
          ->capture_default_str();
  auto* roots =
      app.add_option("--root", options->roots,
                     "What the first frames are: strategy (of itself where "
                     "--strategy is 'all'), thread, cpu; or none")
          ->delimiter(',')
          ->check(OneOf({"strategy", "thread", "cpu", "none"}));
  auto* wakers =
      app.add_flag("--no-wakers", options->no_wakers,
                   "Leave out who ended a sleep, which stands behind '--'");
  auto* inlined = app.add_flag(
      "--no-inlined", options->no_inlined,
      "Give the time of inlined functions to those that hold their code");
  app.add_option("--format", options->format, FormatHelp())
      ->check(OneOf(FormatNames()))
      ->capture_default_str();
  app.add_option("-o,--output", options->output,
                 "File to write ('-': standard output)")
      ->capture_default_str();
  app.add_option("--diff", options->diff,
                 "Compare with the same stacks of another file");
  auto* diff_strategy =
      app.add_option("--diff-strategy", options->diff_strategy,
                     "Compare --strategy with this one");
  from->excludes(diff_strategy);
  from->excludes(roots)->excludes(wakers)->excludes(inlined);
  from->excludes(file)->excludes(kind)->excludes(strategy)->excludes(workload);
  return [options] { return Flame(*options); };
}

const CommandRegistration registration({
    "flame",
    "Draw flame graphs of a result file",
    "  knotestat flame out.db -o on_cpu.svg\n"
    "  knotestat flame out.db --kind off-cpu --strategy rwlock -o off.svg\n"
    "  knotestat flame out.db --kind blame -o blame.svg\n"
    "  knotestat flame out.db --root thread,cpu -o threads.svg\n"
    "  knotestat flame out.db --format folded | sort -k2 -n | tail\n"
    "  knotestat flame out.db --format speedscope -o out.speedscope.json\n"
    "  knotestat flame --from perf.data -o out.svg\n"
    "  knotestat flame before.db --diff after.db -o diff.svg\n"
    "  knotestat flame out.db --strategy rwlock --diff-strategy epoch -o "
    "d.svg\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

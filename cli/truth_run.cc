// SPDX-License-Identifier: BSD-2-Clause
#include "cli/truth_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "analysis/figures.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/plugins.h"
#include "cli/show.h"
#include "cli/strategy_choice.h"
#include "cli/truth_parameters.h"
#include "collector/machine.h"
#include "collector/observer.h"
#include "collector/testimony_json.h"
#include "collector/truth_launch.h"
#include "dashboards/promise_report.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

using knote::truth::FindTruthWorkload;
using knote::truth::ParameterValues;
using knote::truth::TruthWorkload;

// Options of `run` that say something to a truth workload as well.
constexpr std::array<std::string_view, 11> kTruthOptions = {
    "--workload", "--strategy",    "--scopes", "--plugin",
    "--no-bpf",   "--require-bpf", "--json",   "--param",
    "--output",   "--html",        "--help"};

absl::Status CheckOptions(const CLI::App& app, std::string_view workload) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 ||
        std::find(kTruthOptions.begin(), kTruthOptions.end(), name) !=
            kTruthOptions.end())
      continue;
    return absl::InvalidArgumentError(absl::StrCat(
        name, " means nothing to ", std::string(workload),
        ", which is a truth workload: it asks whether a promise is kept, and "
        "measures no load. Leave it out, or name a workload of `knotestat "
        "list workloads` that is measured"));
  }
  return absl::OkStatus();
}

std::vector<const TruthWorkload*> PickTruths(std::string_view name) {
  std::vector<const TruthWorkload*> picked;
  for (const TruthWorkload& workload : knote::truth::TruthWorkloads())
    if (name == kAllTruths || workload.name == name)
      picked.push_back(&workload);
  return picked;
}

// Whether eBPF can be used; says why not, unless it is not wanted.
absl::Status TryBpf(const MeasureOptions& options) {
  collector::Symbolizer symbolizer;
  collector::Observer trial(!options.no_bpf, {gettid()}, symbolizer);
  absl::Status status = trial.active() ? trial.Attach() : trial.status();
  if (!status.ok() && !options.no_bpf) {
    std::cerr << "knotestat: "
              << (options.require_bpf ? "--require-bpf: " : "without eBPF: ")
              << std::string(status.message()) << "\n";
  }
  return status;
}

// What is the same for all plays.
struct Session {
  const MeasureOptions& options;
  const ParameterValues& parameters;
  bool bpf;
  record::Writer& writer;
};

absl::StatusOr<record::Truth> PlayOne(const TruthWorkload& workload,
                                      const knote::StrategyEntry& strategy,
                                      const Session& session) {
  // Attaching takes most of a second: only where the kernel sees more.
  const bool worth_it = workload.sighting == &knote::truth::Sightings::slept ||
                        workload.sighting == &knote::truth::Sightings::migrated;
  auto seen = collector::RunTruth(
      {.strategy = knote::StrategyTitle(strategy.info),
       .workload = std::string(workload.name),
       .plugins = session.options.plugins,
       .bpf = session.bpf && worth_it,
       .parameters = ParametersFor(workload, session.parameters)});
  if (!seen.ok()) return seen.status();
  return collector::DescribeTruth(workload, strategy.info, *seen);
}

using Strategies = std::vector<const knote::StrategyEntry*>;

// Plays all, and stores each play when it ends. Ends early if interrupted.
absl::Status PlayAll(const std::vector<const TruthWorkload*>& workloads,
                     const Strategies& strategies, const Session& session) {
  int id = 0;
  for (const TruthWorkload* workload : workloads) {
    std::vector<record::Truth> plays;
    for (const knote::StrategyEntry* strategy : strategies) {
      if (Interrupted()) break;
      auto play = PlayOne(*workload, *strategy, session);
      if (!play.ok()) return play.status();
      play->id = ++id;
      if (absl::Status added = session.writer.AddTruth(*play); !added.ok())
        return added;
      plays.push_back(*std::move(play));
    }
    if (!session.options.json)
      std::cout << dashboards::PlayText(plays, {}) << std::flush;
  }
  if (!Interrupted()) return session.writer.Finish();
  std::cerr << "knotestat: interrupted after " << id << " of "
            << workloads.size() * strategies.size()
            << " plays; the others have no result\n";
  return absl::OkStatus();
}

// Shows what is stored and returns the code for how it ended.
ExitCode Report(const record::Run& run, const MeasureOptions& options) {
  if (options.json) {
    std::cout << record::Dump(record::ToJson(analysis::Analyze(run))) << "\n";
  } else {
    std::cout << dashboards::PromiseTable(run.truths, {})
              << dashboards::DifferencesText(run.truths, {});
  }
  if (!options.html.empty()) {
    if (auto status = WriteHtml(run, options.html); !status.ok())
      return Fail(status, kFailed);
    std::cerr << "knotestat: HTML report: " << options.html << "\n";
  }
  if (!options.output.empty())
    std::cerr << "knotestat: result file: " << options.output << "\n";
  if (Interrupted()) return kInterrupted;
  const bool difference =
      std::any_of(run.truths.begin(), run.truths.end(),
                  [](const record::Truth& truth) { return truth.difference; });
  return difference ? kBrokenPromise : kOk;
}

// Those that can run here; says of the others why not.
Strategies Runnable(const Strategies& strategies) {
  Strategies runnable;
  for (const knote::StrategyEntry* strategy : strategies) {
    if (const auto missing = knote::StrategyUnavailable(strategy->info)) {
      std::cerr << "knotestat: left out "
                << knote::StrategyTitle(strategy->info) << ": " << *missing
                << "\n";
    } else {
      runnable.push_back(strategy);
    }
  }
  return runnable;
}

absl::Status CheckOutputs(const MeasureOptions& options) {
  absl::Status status = CheckFiles(options);
  if (status.ok() && !options.output.empty())
    status = record::CheckResultIsFree(options.output);
  if (status.ok() && !options.html.empty())
    status = CheckWritable(options.html);
  return status;
}

// Where the result goes: a new file, or memory.
absl::StatusOr<std::unique_ptr<record::Writer>> OpenWriter(
    const MeasureOptions& options, const absl::Status& bpf) {
  record::Context context = collector::DescribeMachine();
  context.command_line = options.command_line;
  context.seed = options.seed;
  context.bpf = bpf.ok();
  if (!bpf.ok()) context.bpf_reason = std::string(bpf.message());
  return record::Writer::Create(
      options.output.empty() ? ":memory:" : options.output, context);
}

}  // namespace

bool IsTruthWorkload(std::string_view name) {
  return name == kAllTruths || FindTruthWorkload(name) != nullptr;
}

ExitCode RunTruths(const CLI::App& app, const MeasureOptions& options) {
  const std::string& name = options.workloads.front();
  if (auto status = CheckOptions(app, name); !status.ok()) return Fail(status);
  const auto plugins = LoadPlugins(options.plugins);
  if (!plugins.ok()) return Fail(plugins.status());
  const auto strategies =
      PickStrategies(options.strategies, options.scopes, *plugins);
  if (!strategies.ok()) return Fail(strategies.status());
  const std::vector<const TruthWorkload*> workloads = PickTruths(name);
  const auto parameters = ParseTruthParameters(options.parameters, workloads);
  if (!parameters.ok()) return Fail(parameters.status());
  if (auto status = CheckOutputs(options); !status.ok()) return Fail(status);
  const Strategies runnable = Runnable(*strategies);
  const absl::Status bpf = TryBpf(options);
  if (!bpf.ok() && options.require_bpf) return kMissingPrivilege;
  HandleSignals();
  const auto writer = OpenWriter(options, bpf);
  if (!writer.ok()) return Fail(writer.status(), kFailed);
  const absl::Status played =
      PlayAll(workloads, runnable, {options, *parameters, bpf.ok(), **writer});
  if (!played.ok()) return Fail(played, kFailed);
  const auto run = (*writer)->Snapshot();
  return run.ok() ? Report(*run, options) : Fail(run.status());
}

}  // namespace knotestat::cli

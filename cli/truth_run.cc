// SPDX-License-Identifier: BSD-2-Clause
#include "cli/truth_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/plugins.h"
#include "cli/strategy_choice.h"
#include "cli/truth_view.h"
#include "collector/observer.h"
#include "collector/truth_launch.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

using knote::truth::FindTruthWorkload;
using knote::truth::TruthWorkload;

// Options of `run` that say something to a truth workload as well.
constexpr std::array<std::string_view, 8> kTruthOptions = {
    "--workload", "--strategy",    "--scopes", "--plugin",
    "--no-bpf",   "--require-bpf", "--json",   "--help"};

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

// False, and said why, if eBPF cannot be used.
bool BpfWorks(const MeasureOptions& options) {
  if (options.no_bpf) return false;
  collector::Symbolizer symbolizer;
  collector::Observer trial(true, {gettid()}, symbolizer);
  const absl::Status status = trial.active() ? trial.Attach() : trial.status();
  if (status.ok()) return true;
  std::cerr << "knotestat: "
            << (options.require_bpf ? "--require-bpf: " : "without eBPF: ")
            << std::string(status.message()) << "\n";
  return false;
}

absl::StatusOr<TruthResult> PlayOne(const TruthWorkload& workload,
                                    const knote::StrategyEntry& strategy,
                                    const MeasureOptions& options, bool bpf) {
  const std::string title = knote::StrategyTitle(strategy.info);
  // Attaching takes most of a second: only where the kernel sees more.
  const bool worth_it = workload.sighting == &knote::truth::Sightings::slept ||
                        workload.sighting == &knote::truth::Sightings::migrated;
  auto seen = collector::RunTruth({.strategy = title,
                                   .workload = std::string(workload.name),
                                   .plugins = options.plugins,
                                   .bpf = bpf && worth_it});
  if (!seen.ok()) return seen.status();
  const auto verdict = knote::truth::Judge(workload, strategy.info, *seen);
  return TruthResult{&workload, strategy.info, title, *std::move(seen),
                     verdict};
}

void ShowTruths(const std::vector<TruthResult>& results, bool json) {
  if (json) {
    std::cout << record::Dump(TruthJson(results)) << "\n";
    return;
  }
  std::cout << PromiseTable(results) << DifferencesText(results);
}

using Strategies = std::vector<const knote::StrategyEntry*>;

ExitCode PlayAll(const std::vector<const TruthWorkload*>& workloads,
                 const Strategies& strategies, const MeasureOptions& options,
                 bool bpf) {
  std::vector<TruthResult> results;
  bool difference = false;
  for (const TruthWorkload* workload : workloads) {
    std::vector<TruthResult> plays;
    for (const knote::StrategyEntry* strategy : strategies) {
      if (Interrupted()) break;
      auto play = PlayOne(*workload, *strategy, options, bpf);
      if (!play.ok()) return Fail(play.status());
      difference = difference || knote::truth::IsDifference(play->verdict);
      plays.push_back(*std::move(play));
    }
    if (!options.json) std::cout << TruthText(plays) << std::flush;
    results.insert(results.end(), plays.begin(), plays.end());
  }
  ShowTruths(results, options.json);
  if (Interrupted()) return kInterrupted;
  return difference ? kBrokenPromise : kOk;
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
  Strategies runnable;
  for (const knote::StrategyEntry* strategy : *strategies) {
    if (const auto missing = knote::StrategyUnavailable(strategy->info)) {
      std::cerr << "knotestat: left out "
                << knote::StrategyTitle(strategy->info) << ": " << *missing
                << "\n";
    } else {
      runnable.push_back(strategy);
    }
  }
  const bool bpf = BpfWorks(options);
  if (!bpf && options.require_bpf) return kMissingPrivilege;
  HandleSignals();
  return PlayAll(PickTruths(name), runnable, options, bpf);
}

}  // namespace knotestat::cli

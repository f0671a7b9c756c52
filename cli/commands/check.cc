// knotestat check: explores schedules of the real code.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "check/schedule.h"
#include "check/shrink.h"
#include "cli/check_view.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/plugins.h"
#include "cli/validators.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;

struct Options {
  std::vector<std::string> strategies, plugins;
  std::string program, model, search, replay;
  std::optional<uint64_t> schedules;
  std::optional<double> seconds;
  std::optional<int> preemptions;
  uint64_t seed = 1;
  uint64_t memory_mib = check::Engine::kDefaultMemory >> 20;
  bool mutants = false;
  bool as_json = false;
};

std::vector<std::string> StrategyNames() {
  std::vector<std::string> names;
  for (const auto* entry : check::Strategies()) names.emplace_back(entry->name);
  return names;
}

std::vector<std::string> ProgramNames() {
  std::vector<std::string> names;
  for (const auto* entry : check::Strategies()) {
    for (const auto& program : entry->programs) {
      if (std::find(names.begin(), names.end(), program.name) == names.end())
        names.emplace_back(program.name);
    }
  }
  return names;
}

absl::Status Validate(const Options& options) {
  const auto strategies = StrategyNames();
  for (const std::string& name : options.strategies) {
    if (std::find(strategies.begin(), strategies.end(), name) ==
        strategies.end())
      return Unknown("strategy", name, strategies);
  }
  const auto programs = ProgramNames();
  if (!options.program.empty() && std::find(programs.begin(), programs.end(),
                                            options.program) == programs.end())
    return Unknown("program", options.program, programs);
  for (const std::string& name : options.strategies) {
    const auto& strategy = *check::FindStrategy(name);
    if (options.program.empty() ||
        check::FindProgram(strategy, options.program) != nullptr)
      continue;
    return absl::InvalidArgumentError(
        name + " has no program " + options.program +
        ", which needs a strategy that promises more; leave one of them out");
  }
  if (options.schedules && *options.schedules == 0)
    return absl::InvalidArgumentError("--schedules must be at least 1");
  if (options.seconds && !(*options.seconds > 0 && *options.seconds <= 1e6)) {
    return absl::InvalidArgumentError(
        "--seconds must be more than 0 and at most 1000000");
  }
  if (options.preemptions &&
      (*options.preemptions < 0 || *options.preemptions > 100))
    return absl::InvalidArgumentError("--preemptions must be 0 to 100");
  if (options.preemptions && !options.search.empty() && options.search != "dfs")
    return absl::InvalidArgumentError(
        "--preemptions bounds --search dfs only; leave one of them out");
  if (options.memory_mib < 4 || options.memory_mib > 65536) {
    return absl::InvalidArgumentError(
        "--memory must be 4 to 65536 MiB: an execution's stacks alone need "
        "more than 1 MiB");
  }
  return absl::OkStatus();
}

json MemoryOf(const check::Engine& engine) {
  return {{"limit_bytes", engine.budget().limit()},
          {"peak_bytes", engine.budget().peak()}};
}

std::optional<check::Search> SearchOf(const Options& options) {
  using enum check::Search;
  if (options.search == "dfs") return kDepthFirst;
  if (options.search == "pct") return kPct;
  if (options.search == "random") return kRandom;
  return std::nullopt;
}

std::vector<check::Model> ModelsOf(const Options& options) {
  using enum check::Model;
  if (options.model == "tso") return {kTso};
  if (options.model == "ra") return {kReleaseAcquire};
  return {kTso, kReleaseAcquire};
}

// The ones that were named, or all that promise safety.
std::vector<const check::StrategyEntry*> StrategiesOf(const Options& options) {
  std::vector<const check::StrategyEntry*> entries;
  for (const std::string& name : options.strategies)
    entries.push_back(check::FindStrategy(name));
  if (!entries.empty()) return entries;
  for (const auto* entry : check::Strategies()) {
    if (entry->safe) entries.push_back(entry);
  }
  return entries;
}

ExitCode CheckAll(const Options& options) {
  check::Engine engine(options.memory_mib << 20);
  check::VerdictOptions how;
  how.search = SearchOf(options);
  how.preemptions = options.preemptions;
  how.schedules = options.schedules;
  how.seconds = options.seconds.value_or(0.5);
  how.seed = options.seed;
  json verdicts = json::array();
  Coverage coverage;
  for (const auto* strategy : StrategiesOf(options)) {
    for (const auto& program : strategy->programs) {
      if (!options.program.empty() && program.name != options.program) continue;
      for (const check::Model model : ModelsOf(options)) {
        const auto verdict =
            check::Check(engine, *strategy, program, model, how);
        coverage.Add(verdict);
        if (options.as_json) {
          verdicts.push_back(ToJson(verdict));
        } else {
          Print(verdict);
        }
      }
    }
  }
  if (options.as_json) {
    std::cout << record::Dump(
                     json{{"checks", verdicts}, {"memory", MemoryOf(engine)}})
              << "\n";
  } else {
    Print(coverage, engine.budget());
  }
  return coverage.found > 0       ? kBrokenPromise
         : coverage.uncovered > 0 ? kFailed
                                  : kOk;
}

ExitCode HuntAll(const Options& options) {
  check::Engine engine(options.memory_mib << 20);
  check::HuntOptions how;
  how.seed = options.seed;
  how.program = options.program;
  if (!options.model.empty()) how.model = ModelsOf(options)[0];
  json mutants = json::array();
  Hunt hunt;
  for (const auto* strategy : StrategiesOf(options)) {
    const auto planted = check::Mutants(engine, *strategy);
    if (!planted.ok()) return Fail(planted.status());
    for (const auto& mutant : *planted) {
      // Shorter if nothing is expected.
      how.seconds = options.seconds.value_or(mutant.unneeded.empty() ? 10 : 2);
      const check::Hunted hunted = check::Hunt(engine, mutant, how);
      hunt.Add(hunted);
      if (options.as_json) {
        mutants.push_back(ToJson(hunted));
      } else {
        Print(hunted);
      }
    }
  }
  if (options.as_json) {
    std::cout << record::Dump(
                     json{{"mutants", mutants}, {"memory", MemoryOf(engine)}})
              << "\n";
  } else {
    Print(hunt);
  }
  // A fault that the checker should see and does not is its own failure.
  return hunt.missed == 0 ? kOk : kFailed;
}

ExitCode ReplayOne(const Options& options) {
  const auto schedule = check::ReadSchedule(options.replay);
  if (!schedule.ok()) return Fail(schedule.status());
  const auto* strategy = check::FindStrategy(schedule->strategy);
  const auto* program = strategy == nullptr
                            ? nullptr
                            : check::FindProgram(*strategy, schedule->program);
  const std::string name = schedule->strategy + "/" + schedule->program;
  if (program == nullptr) {
    return Fail(check::OfAnotherBuild(
        *schedule, "there is no program " + name +
                       " here (a plug-in's needs its --plugin)"));
  }
  check::Engine engine(options.memory_mib << 20);
  check::Settings settings;
  settings.model = schedule->model;
  settings.mutation.kind = schedule->mutation;
  settings.mutation.site.file = schedule->mutation_file.c_str();
  settings.mutation.site.line = schedule->mutation_line;
  settings.mutation.site.column = schedule->mutation_column;
  const check::Failure failure =
      check::Tell(engine, program->run, settings, schedule->choices);
  if (!failure.beyond.empty()) {
    return Fail(
        absl::ResourceExhaustedError("the schedule needs " + failure.beyond));
  }
  if (failure.fingerprint != schedule->fingerprint) {
    return Fail(
        check::OfAnotherBuild(*schedule, name + " takes other steps here"));
  }
  check::Verdict verdict;
  verdict.strategy = schedule->strategy;
  verdict.program = schedule->program;
  verdict.model = schedule->model;
  verdict.schedules = 1;
  verdict.finding = failure.finding;
  verdict.story = failure.story;
  verdict.replay = options.replay;
  if (options.as_json) {
    std::cout << record::Dump(json{{"checks", {ToJson(verdict)}}}) << "\n";
  } else {
    Print(verdict);
  }
  return verdict.finding ? kBrokenPromise : kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("--strategy", options->strategies,
                 "Strategies; default: all that promise safety")
      ->delimiter(',');
  AddPluginOption(app, options->plugins);
  app.add_option("--program", options->program,
                 "One program; default: all of the strategy");
  app.add_option("--model", options->model,
                 "tso (x86) or ra (release/acquire); default: both")
      ->check(CLI::IsMember({"tso", "ra"}));
  auto* search = app.add_option("--search", options->search,
                                "dfs, pct or random; default: dfs, then the "
                                "others");
  search->check(CLI::IsMember({"dfs", "pct", "random"}));
  auto* schedules =
      app.add_option("--schedules", options->schedules,
                     "Schedules for each program and model, at most")
          ->check(WholeNumber(0, UINT64_MAX));
  app.add_option("--seconds", options->seconds,
                 "CPU time for each program and model (0.5), or mutant (10; 2 "
                 "if it is known to break nothing)");
  app.add_option("--seed", options->seed, "Same seed, same schedules (1)")
      ->check(WholeNumber(0, UINT64_MAX));
  auto* preemptions =
      app.add_option("--preemptions", options->preemptions,
                     "Only schedules with at most so many preemptions");
  auto* replay = app.add_option("--replay", options->replay,
                                "Take the steps of a schedule again");
  app.add_flag("--mutants", options->mutants,
               "Plant faults one by one and say which are found")
      ->excludes(replay)
      ->excludes(search)
      ->excludes(schedules)
      ->excludes(preemptions);
  app.add_option("--memory", options->memory_mib,
                 "MiB that the search may hold; what needs more is given up "
                 "(64)");
  app.add_flag("--json", options->as_json, "As JSON");
  return [options] {
    const auto plugins = LoadPluginsToCheck(options->plugins);
    if (!plugins.ok()) return Fail(plugins.status());
    if (options->strategies.empty()) options->strategies = *plugins;
    if (const auto status = Validate(*options); !status.ok())
      return Fail(status);
    if (!options->replay.empty()) return ReplayOne(*options);
    return options->mutants ? HuntAll(*options) : CheckAll(*options);
  };
}

const CommandRegistration registration({
    "check",
    "Explore schedules of the real code, weak memory included",
    "  knotestat check                               every strategy and "
    "program\n"
    "  knotestat check --strategy epoch --seconds 60 longer\n"
    "  knotestat check --mutants                     would it find a fault?\n"
    "  knotestat check --plugin ./mine.so --mutants  which fences are needed?\n"
    "  knotestat check --replay k2:...               tell a finding again\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

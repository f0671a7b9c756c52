// SPDX-License-Identifier: BSD-2-Clause
#include "cli/measure_options.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/nearest.h"
#include "cli/plugins.h"
#include "cli/validators.h"
#include "collector/topology.h"
#include "knote/workloads/workload.h"
#include "probes/probe.h"

namespace knotestat::cli {
namespace {

using collector::GroupPlan;

constexpr double kDefaultRunSeconds = 110, kDefaultCellSeconds = 3;
// Beyond these a slip of the keyboard is likelier than a machine to match.
constexpr int kMostThreads = 4096, kMostKnotes = 1'000'000;

// Names that stand for several strategies; null if `name` is none.
using InSet = bool (*)(const knote::StrategyInfo&);
InSet FindSet(std::string_view name) {
  using knote::Group;
  using Info = knote::StrategyInfo;
  if (name == "default") return [](const Info& i) { return i.headline; };
  if (name == "ours")
    return [](const Info& i) { return i.group == Group::kOwn; };
  if (name == "peers")
    return [](const Info& i) { return i.group == Group::kPeer; };
  if (name == "all")
    return [](const Info& i) { return i.group != Group::kControl; };
  return nullptr;
}

std::vector<std::string> StrategyNames() {
  std::vector<std::string> names = {"default", "ours", "peers", "all"};
  for (const auto& entry : knote::Strategies()) {
    if (!entry.info.hidden) names.push_back(knote::StrategyTitle(entry.info));
  }
  return names;
}

std::vector<std::string> WorkloadNames() {
  std::vector<std::string> names;
  for (const auto& workload : knote::Workloads())
    names.emplace_back(workload.name);
  return names;
}

absl::StatusOr<std::vector<const knote::StrategyEntry*>> PickStrategies(
    std::vector<std::string> names, const std::vector<std::string>& plugins) {
  if (names.empty()) {
    names = {"default"};
    names.insert(names.end(), plugins.begin(), plugins.end());
  }
  std::vector<const knote::StrategyEntry*> picked;
  const auto add = [&](const knote::StrategyEntry& entry) {
    if (std::find(picked.begin(), picked.end(), &entry) == picked.end())
      picked.push_back(&entry);
  };
  add(*knote::FindStrategy("none"));
  for (const std::string& name : names) {
    if (const InSet in_set = FindSet(name)) {
      for (const auto& entry : knote::Strategies()) {
        if (!entry.info.hidden && in_set(entry.info)) add(entry);
      }
      continue;
    }
    const auto* entry = knote::FindStrategy(name);
    if (entry == nullptr) return Unknown("strategy", name, StrategyNames());
    add(*entry);
  }
  if (picked.size() > static_cast<size_t>(probes::kMaxSlots)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--strategy: ", picked.size(), " strategies, at most ",
                     probes::kMaxSlots, " can be measured in one run"));
  }
  return picked;
}

absl::StatusOr<knote::Mix> ParseMix(const std::vector<std::string>& parts,
                                    knote::Mix mix) {
  if (!parts.empty()) mix = {};
  const std::vector<std::string> known(knote::kPathNames.begin(),
                                       knote::kPathNames.end());
  for (const std::string& part : parts) {
    const size_t equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto path = std::find(known.begin(), known.end(), name);
    if (path == known.end()) return Unknown("path in --mix", name, known);
    int weight = 1;
    if (equals != std::string::npos &&
        (!absl::SimpleAtoi(part.substr(equals + 1), &weight) || weight < 1 ||
         weight > 100)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--mix: '", part, "': give PATH=WEIGHT with a weight of 1 to 100"));
    }
    mix[static_cast<size_t>(path - known.begin())] = weight;
  }
  return mix;
}

std::vector<std::string> WithoutRepeats(const std::vector<std::string>& names) {
  std::vector<std::string> once;
  for (const std::string& name : names) {
    if (std::find(once.begin(), once.end(), name) == once.end())
      once.push_back(name);
  }
  return once;
}

// Processes and threads for `cpus` CPUs.
absl::Status FillThreads(const MeasureOptions& options, int cpus,
                         knote::Load& load) {
  load.threads = options.threads.value_or(1);
  load.processes = options.processes.value_or(std::max(1, cpus / load.threads));
  if (load.total_threads() > kMostThreads) {
    return absl::InvalidArgumentError(
        absl::StrCat(load.total_threads(), " threads: give at most ",
                     kMostThreads, " by --cpus, --processes and --threads"));
  }
  if (load.total_threads() > cpus && !options.oversubscribe) {
    return absl::InvalidArgumentError(
        absl::StrCat(load.processes, " processes of ", load.threads,
                     " threads on ", cpus, cpus == 1 ? " CPU" : " CPUs",
                     ": fewer of them, more --cpus, or --oversubscribe"));
  }
  return absl::OkStatus();
}

// `most_cpus` is the largest count of the run: cells that differ in CPUs alone
// have the same devices.
absl::StatusOr<knote::Load> MakeLoad(const MeasureOptions& options,
                                     const knote::Workload& workload, int cpus,
                                     int most_cpus) {
  knote::Load most, load;
  for (auto [count, filled] : {std::pair(most_cpus, &most), {cpus, &load}}) {
    if (auto status = FillThreads(options, count, *filled); !status.ok())
      return status;
  }
  auto mix = ParseMix(options.mix, workload.mix);
  if (!mix.ok()) return mix.status();
  load.mix = *mix;
  load.devices = options.devices.value_or(workload.devices_per_thread *
                                          most.total_threads());
  load.knotes_per_device =
      options.knotes_per_device.value_or(workload.knotes_per_device);
  if (int64_t{load.devices} * load.knotes_per_device > kMostKnotes) {
    return absl::InvalidArgumentError(absl::StrCat(
        load.devices, " devices of ", load.knotes_per_device,
        " knotes: give --devices and --knotes-per-device of at most ",
        kMostKnotes, " knotes in all"));
  }
  load.hold_ns = options.hold_ns.value_or(workload.hold_ns);
  load.hold_sleeps =
      options.hold ? *options.hold == "sleeping" : workload.hold_sleeps;
  load.seed = options.seed;
  // Thread t watches knote j of device d if (d + j) % threads == t.
  if (load.devices + load.knotes_per_device - 1 < load.total_threads()) {
    return absl::InvalidArgumentError(absl::StrCat(
        load.devices, " devices of ", load.knotes_per_device,
        " knotes leave some of ", load.total_threads(),
        " threads with nothing to watch: give at least as many --devices as "
        "threads"));
  }
  return load;
}

}  // namespace

void AddMeasureOptions(CLI::App& app, MeasureOptions& options) {
  app.add_option("--strategy,--strategies", options.strategies,
                 "Strategies to measure, or sets of them: default (the six "
                 "of the headline), ours, peers, all; `none` is always added "
                 "as the floor")
      ->delimiter(',');
  AddPluginOption(app, options.plugins);
  app.add_option("--cpus", options.cpus, "CPU counts, such as 1,2,4, or 'all'")
      ->capture_default_str();
  app.add_option("--processes", options.processes,
                 "Emulated processes (default: one for each CPU)")
      ->check(WholeNumber(1, kMostThreads));
  app.add_option("--threads", options.threads,
                 "Threads in each process (default: 1)")
      ->check(WholeNumber(1, kMostThreads));
  app.add_option("--devices", options.devices, "Devices in all")
      ->check(WholeNumber(1, kMostKnotes));
  app.add_option("--knotes-per-device", options.knotes_per_device,
                 "Knotes on each device's klist")
      ->check(WholeNumber(1, 60'000));
  app.add_option("--hold-ns", options.hold_ns,
                 "Time that f_event holds its section, in ns")
      ->check(WholeNumber(0, 1'000'000'000));
  app.add_option("--hold", options.hold, "How it holds it")
      ->check(OneOf({"busy", "sleeping"}));
  app.add_option("--mix", options.mix,
                 "Paths with weights, such as scan=2,submit=1,register=1")
      ->delimiter(',');
  app.add_option("--detach-rate", options.detach_hz,
                 "klist_fini() calls per second, open loop; 0 for none")
      ->check(Number(0, 100'000));
  app.add_option("--detaches", options.detaches,
                 "Exactly so many klist_fini() calls per strategy")
      ->check(WholeNumber(1, 10'000'000));
  app.add_option("--seconds", options.seconds,
                 "Measuring time per strategy, workload and CPU count "
                 "(default: 3, less in a large sweep so that it ends in some "
                 "2 minutes)")
      ->check(Number(0.1, 86'400));
  app.add_option("--seed", options.seed, "Seed of every random choice")
      ->check(WholeNumber(0, UINT64_MAX))
      ->capture_default_str();
  app.add_flag("--oversubscribe", options.oversubscribe,
               "Allow more threads than CPUs");
  app.add_flag(
      "--anyway", options.anyway,
      "Also run strategies under a load that they forbid (exit code 3)");
  auto* no_bpf =
      app.add_flag("--no-bpf", options.no_bpf, "In-process measurement alone");
  app.add_flag("--require-bpf", options.require_bpf,
               "Fail (exit code 4) where eBPF cannot be used")
      ->excludes(no_bpf);
  app.add_option("-o,--output", options.output,
                 "Result file (SQLite); must not exist yet");
  app.add_option("--html", options.html, "Also write the HTML report here");
  app.add_flag("--json", options.json, "Print the figures as JSON");
}

absl::Status CheckFiles(const MeasureOptions& options) {
  if (options.html.empty()) return absl::OkStatus();
  if (options.html == "-") {
    return absl::InvalidArgumentError(
        "--html: standard output carries the table or JSON: name a file, or "
        "use -o and then knotestat report FILE --html -");
  }
  namespace fs = std::filesystem;
  if (fs::path(options.html).lexically_normal() ==
      fs::path(options.output).lexically_normal()) {
    return absl::InvalidArgumentError(
        absl::StrCat("-o and --html name the same file, ", options.html,
                     ": give each its own"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<GroupPlan>> PlanGroups(
    const MeasureOptions& options) {
  const auto plugins = LoadPlugins(options.plugins);
  if (!plugins.ok()) return plugins.status();
  auto strategies = PickStrategies(options.strategies, *plugins);
  if (!strategies.ok()) return strategies.status();
  auto order = collector::CpuOrder();
  if (!order.ok()) return order.status();
  auto counts = collector::ParseCpuCounts(
      options.cpus, static_cast<int>(order->size()), options.oversubscribe);
  if (!counts.ok()) return counts.status();

  std::vector<GroupPlan> plans;
  int next_cell = 1;
  for (const std::string& name : WithoutRepeats(options.workloads)) {
    const auto* workload = knote::FindWorkload(name);
    if (workload == nullptr) return Unknown("workload", name, WorkloadNames());
    for (const int count : *counts) {
      auto load = MakeLoad(options, *workload, count, counts->back());
      if (!load.ok()) return load.status();
      GroupPlan& plan = plans.emplace_back();
      plan.strategies = *strategies;
      plan.workload = name;
      plan.load = *load;
      plan.cpu_count = count;
      plan.cpus = collector::CpusOf(*order, count);
      plan.detach_hz = options.detach_hz.value_or(workload->detach_hz);
      plan.detaches = options.detaches;
      plan.anyway = options.anyway;
      plan.first_cell = next_cell;
      next_cell += static_cast<int>(strategies->size());
      if (plan.detaches && plan.detach_hz == 0) {
        return absl::InvalidArgumentError(
            "--detaches needs a --detach-rate above 0");
      }
    }
  }
  const double seconds = options.seconds.value_or(std::clamp(
      kDefaultRunSeconds / (next_cell - 1), 0.5, kDefaultCellSeconds));
  for (GroupPlan& plan : plans) plan.seconds = seconds;
  return plans;
}

}  // namespace knotestat::cli

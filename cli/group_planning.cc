// SPDX-License-Identifier: BSD-2-Clause
#include "cli/group_planning.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/nearest.h"
#include "cli/plugins.h"
#include "cli/strategy_choice.h"
#include "cli/truth_run.h"
#include "collector/topology.h"
#include "knote/truth/truth_workload.h"
#include "knote/workloads/workload.h"

namespace knotestat::cli {
namespace {

using collector::GroupPlan;

constexpr double kDefaultRunSeconds = 90, kDefaultCellSeconds = 3;
// A launch shorter than this measures little but its own start; more launches
// than these hardly narrow an interval.
constexpr double kLeastLaunchSeconds = 0.25;
constexpr int kDefaultLaunches = 5;
// At the least time for each, more than half a day.
constexpr double kMostCells = 100'000;

// One combination of the parameters that may be lists. Absent: the workload's
// own.
struct Parameters {
  std::optional<int> processes, threads, devices, knotes_per_device;
  std::optional<uint64_t> hold_ns;
  std::optional<double> detach_hz;
};

// A combination that is asked for twice is measured once.
template <class Value>
std::vector<Value> WithoutRepeats(const std::vector<Value>& values) {
  std::vector<Value> once;
  for (const Value& value : values) {
    if (std::find(once.begin(), once.end(), value) == once.end())
      once.push_back(value);
  }
  return once;
}

// Every combination of `all` with one of `values`, if there are any.
template <class Value>
void Multiply(std::vector<Parameters>& all, const std::vector<Value>& values,
              std::optional<Value> Parameters::*parameter) {
  if (values.empty()) return;
  std::vector<Parameters> product;
  for (const Parameters& parameters : all) {
    for (const Value& value : WithoutRepeats(values)) {
      product.push_back(parameters);
      product.back().*parameter = value;
    }
  }
  all = std::move(product);
}

std::vector<Parameters> Combinations(const MeasureOptions& options) {
  std::vector<Parameters> all(1);
  Multiply(all, options.processes, &Parameters::processes);
  Multiply(all, options.threads, &Parameters::threads);
  Multiply(all, options.devices, &Parameters::devices);
  Multiply(all, options.knotes_per_device, &Parameters::knotes_per_device);
  Multiply(all, options.hold_ns, &Parameters::hold_ns);
  Multiply(all, options.detach_hz, &Parameters::detach_hz);
  return all;
}

// Before the combinations are made, which a slip could make too many to hold.
absl::Status CheckCells(const MeasureOptions& options, size_t strategies,
                        size_t cpu_counts) {
  double cells =
      static_cast<double>(strategies) * static_cast<double>(cpu_counts);
  for (const size_t values :
       {options.workloads.size(), options.processes.size(),
        options.threads.size(), options.devices.size(),
        options.knotes_per_device.size(), options.hold_ns.size(),
        options.detach_hz.size()})
    cells *= static_cast<double>(std::max(values, size_t{1}));
  if (cells <= kMostCells) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      cells,
      " combinations of strategies, workloads, CPU counts and lists: at "
      "most ",
      kMostCells, " can be measured in one run: shorten the lists"));
}

std::vector<std::string> WorkloadNames() {
  std::vector<std::string> names;
  for (const auto& workload : knote::Workloads())
    names.emplace_back(workload.name);
  for (const auto& workload : knote::truth::TruthWorkloads())
    names.emplace_back(workload.name);
  return names;
}

absl::StatusOr<knote::Mix> ParseMix(const std::vector<std::string>& parts,
                                    knote::Mix mix) {
  if (!parts.empty()) mix = {};
  std::vector<std::string> given;
  const std::vector<std::string> known(knote::kPathNames.begin(),
                                       knote::kPathNames.end());
  for (const std::string& part : parts) {
    const size_t equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto path = std::find(known.begin(), known.end(), name);
    if (path == known.end()) return Unknown("path in --mix", name, known);
    if (std::find(given.begin(), given.end(), name) != given.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--mix: ", name, " is given twice: leave one of them out"));
    }
    given.push_back(name);
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

// Processes and threads for `cpus` CPUs.
absl::Status FillThreads(const Parameters& parameters,
                         const knote::Workload& workload, bool oversubscribe,
                         int cpus, knote::Load& load) {
  const int fit = cpus * workload.threads_per_cpu;
  if (workload.one_process) {
    load.processes = parameters.processes.value_or(1);
    load.threads =
        parameters.threads.value_or(std::max(1, fit / load.processes));
  } else {
    load.threads = parameters.threads.value_or(1);
    load.processes =
        parameters.processes.value_or(std::max(1, fit / load.threads));
  }
  if (load.total_threads() > kMostThreads) {
    return absl::InvalidArgumentError(
        absl::StrCat(load.total_threads(), " threads: give at most ",
                     kMostThreads, " by --cpus, --processes and --threads"));
  }
  if (load.total_threads() > fit && !oversubscribe) {
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
                                     const Parameters& parameters,
                                     const knote::Workload& workload, int cpus,
                                     int most_cpus) {
  knote::Load most, load;
  for (auto [count, filled] : {std::pair(most_cpus, &most), {cpus, &load}}) {
    auto status = FillThreads(parameters, workload, options.oversubscribe,
                              count, *filled);
    if (!status.ok()) return status;
  }
  auto mix = ParseMix(options.mix, workload.mix);
  if (!mix.ok()) return mix.status();
  load.mix = *mix;
  load.devices = parameters.devices.value_or(workload.devices_per_thread *
                                             most.total_threads());
  load.knotes_per_device =
      parameters.knotes_per_device.value_or(workload.knotes_per_device);
  if (int64_t{load.devices} * load.knotes_per_device > kMostKnotes) {
    return absl::InvalidArgumentError(absl::StrCat(
        load.devices, " devices of ", load.knotes_per_device,
        " knotes: give --devices and --knotes-per-device of at most ",
        kMostKnotes, " knotes in all"));
  }
  load.hold_ns = parameters.hold_ns.value_or(workload.hold_ns);
  load.hold_sleeps =
      options.hold ? *options.hold == "sleeping" : workload.hold_sleeps;
  if (options.hold == "sleeping" && load.hold_ns == 0) {
    return absl::InvalidArgumentError(
        "--hold sleeping needs a --hold-ns above 0: how long it is to sleep");
  }
  load.mpsafe = workload.mpsafe;
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

// The CPU of --writer-cpu own for a load on the first `count` of `order`.
absl::StatusOr<std::optional<int>> WriterCpu(const MeasureOptions& options,
                                             const std::vector<int>& order,
                                             int count) {
  if (options.writer_cpu == "shared") return std::nullopt;
  if (static_cast<size_t>(count) < order.size())
    return order[static_cast<size_t>(count)];
  return absl::InvalidArgumentError(absl::StrCat(
      "--writer-cpu own: a load on ", count, " of ", order.size(),
      " CPUs leaves none for the writer: give --cpus of less, or --writer-cpu "
      "shared"));
}

absl::Status NotMeasured(const std::string& truth) {
  return absl::InvalidArgumentError(
      absl::StrCat(truth,
                   " is a truth workload, which tests a promise and has "
                   "no figures: knotestat run --workload ",
                   truth));
}

// Every group but for what all have in common.
absl::StatusOr<std::vector<GroupPlan>> PlanLoads(
    const MeasureOptions& options, const std::vector<int>& order,
    const std::vector<int>& counts) {
  std::vector<GroupPlan> groups;
  for (const std::string& name : WithoutRepeats(options.workloads)) {
    const auto* workload = knote::FindWorkload(name);
    if (IsTruthWorkload(name)) return NotMeasured(name);
    if (workload == nullptr)
      return Unknown("workload", name, WorkloadNames(),
                     "`knotestat list workloads` shows all");
    for (const Parameters& parameters : Combinations(options)) {
      for (const int count : counts) {
        auto load =
            MakeLoad(options, parameters, *workload, count, counts.back());
        if (!load.ok()) return load.status();
        const auto writer_cpu = WriterCpu(options, order, count);
        if (!writer_cpu.ok()) return writer_cpu.status();
        GroupPlan& group = groups.emplace_back();
        group.workload = name;
        group.load = *load;
        group.cpu_count = count;
        group.cpus = collector::CpusOf(order, count);
        group.writer_cpu = *writer_cpu;
        group.detach_hz = parameters.detach_hz.value_or(workload->detach_hz);
        if (options.detaches && group.detach_hz == 0) {
          return absl::InvalidArgumentError(
              "--detaches needs a --detach-rate above 0");
        }
      }
    }
  }
  return groups;
}

int LaunchesOf(const MeasureOptions& options, double seconds) {
  return options.launches.value_or(std::clamp(
      static_cast<int>(seconds / kLeastLaunchSeconds), 1, kDefaultLaunches));
}

}  // namespace

absl::StatusOr<MeasurePlan> PlanGroups(const MeasureOptions& options) {
  const auto plugins = LoadPlugins(options.plugins);
  if (!plugins.ok()) return plugins.status();
  const auto strategies =
      PickStrategies(options.strategies, options.scopes, *plugins);
  if (!strategies.ok()) return strategies.status();
  const auto order = collector::CpuOrder(options.cpu_order);
  if (!order.ok()) return order.status();
  const auto counts = collector::ParseCpuCounts(
      options.cpus, static_cast<int>(order->size()), options.oversubscribe);
  if (!counts.ok()) return counts.status();
  const absl::Status few =
      CheckCells(options, strategies->size(), counts->size());
  if (!few.ok()) return few;
  auto groups = PlanLoads(options, *order, *counts);
  if (!groups.ok()) return groups.status();

  const size_t cells = groups->size() * strategies->size();
  const double seconds = options.seconds.value_or(
      std::clamp(kDefaultRunSeconds / static_cast<double>(cells), 0.5,
                 kDefaultCellSeconds));
  int next_cell = 1;
  for (GroupPlan& group : *groups) {
    group.strategies = *strategies;
    group.detaches = options.detaches;
    group.anyway = options.anyway;
    group.sample_hz = options.sample_hz;
    group.seconds = seconds;
    group.first_cell = next_cell;
    next_cell += static_cast<int>(strategies->size());
  }
  return MeasurePlan{*std::move(groups), LaunchesOf(options, seconds)};
}

}  // namespace knotestat::cli

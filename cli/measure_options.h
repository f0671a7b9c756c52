// The options that `run` and `sweep` share, and the groups they ask for.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_MEASURE_OPTIONS_H_
#define KNOTESTAT_CLI_MEASURE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/group_plan.h"

namespace knotestat::cli {

struct MeasureOptions {
  std::vector<std::string> strategies;  // empty: all own ones
  std::vector<std::string> plugins;     // paths; measured by default
  std::vector<std::string> workloads;
  std::string cpus = "all";
  std::optional<int> processes;  // default: one per CPU
  std::optional<int> threads;    // per process; default 1
  std::optional<int> devices;
  std::optional<int> knotes_per_device;
  std::optional<uint64_t> hold_ns;
  std::optional<std::string> hold;  // "busy" or "sleeping"
  std::vector<std::string> mix;     // "scan=2", "submit=1", ...
  std::optional<double> detach_hz;
  std::optional<uint64_t> detaches;
  std::optional<double> seconds;  // default: what lets a run end in 2 minutes
  uint64_t seed = 1;
  bool oversubscribe = false;
  bool anyway = false;
  bool no_bpf = false;
  bool require_bpf = false;
  std::string output;  // empty: in memory
  std::string html;    // empty: none
  bool json = false;
  std::string command_line;
};

// Adds all but the workload option.
void AddMeasureOptions(CLI::App& app, MeasureOptions& options);

// kInvalidArgument if the files to write get into each other's way.
absl::Status CheckFiles(const MeasureOptions& options);

// One group for each workload and CPU count. `none` is always among the
// strategies: it is what marginal costs are measured from. Loads the plug-ins.
// kInvalidArgument names the option, what was expected, and the nearest match.
absl::StatusOr<std::vector<collector::GroupPlan>> PlanGroups(
    const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_MEASURE_OPTIONS_H_

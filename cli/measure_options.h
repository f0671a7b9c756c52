// The options that `run`, `sweep` and `bench` share.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_MEASURE_OPTIONS_H_
#define KNOTESTAT_CLI_MEASURE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace knotestat::cli {

// Beyond these a slip of the keyboard is likelier than a machine to match.
inline constexpr int kMostThreads = 4096, kMostKnotes = 1'000'000;
// Rounds of all launches are numbered on; these fit.
inline constexpr int kMostLaunches = 2000;

// Where lists are given for what a workload has one of, each combination is
// measured.
struct MeasureOptions {
  std::vector<std::string> strategies;  // empty: the default set
  std::vector<std::string> scopes;      // empty: each one's default
  std::vector<std::string> plugins;     // paths; measured by default
  std::vector<std::string> workloads;
  std::string cpus = "all";
  std::string cpu_order = "compact";
  std::string writer_cpu = "shared";  // or "own"
  std::vector<int> processes;         // default: one per CPU
  std::vector<int> threads;           // per process; default 1
  std::vector<int> devices;
  std::vector<int> knotes_per_device;
  std::vector<uint64_t> hold_ns;
  std::optional<std::string> hold;  // "busy" or "sleeping"
  std::vector<std::string> mix;     // "scan=2", "submit=1", ...
  std::vector<double> detach_hz;
  std::optional<uint64_t> detaches;
  std::optional<double> seconds;  // default: what lets a run end in 2 minutes
  std::optional<int> launches;
  std::string precision;                // "0.05ns", "1%"; empty: any
  std::optional<double> max_seconds;    // of the whole run
  std::vector<std::string> parameters;  // "depth=3"; of truth workloads
  int sample_hz = 99;                   // at most, for on-CPU stacks
  uint64_t seed = 1;
  bool oversubscribe = false;
  bool anyway = false;
  bool no_bpf = false;
  bool require_bpf = false;
  bool dry_run = false;
  std::string resume;  // a result file to go on with; empty: a new run
  std::string output;  // empty: in memory
  std::string html;    // empty: none
  bool json = false;
  std::string command_line;
};

// Adds all but the workload option.
void AddMeasureOptions(CLI::App& app, MeasureOptions& options);

// kInvalidArgument if a result file of that name would be no file, or none that
// can be read again. An empty name is none.
absl::Status CheckResultName(const std::string& name);

// kInvalidArgument if the files to write have names that cannot be, or get into
// each other's way.
absl::Status CheckFiles(const MeasureOptions& options);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_MEASURE_OPTIONS_H_

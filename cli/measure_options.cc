// SPDX-License-Identifier: BSD-2-Clause
#include "cli/measure_options.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "cli/plugins.h"
#include "cli/validators.h"

namespace knotestat::cli {

void AddMeasureOptions(CLI::App& app, MeasureOptions& options) {
  app.add_option("--strategy,--strategies", options.strategies,
                 "Strategies to measure, or sets of them: default (the six "
                 "of the headline), ours, peers, all; `none` is always added "
                 "as the floor")
      ->delimiter(',');
  app.add_option("--scopes", options.scopes,
                 "Each named strategy at those of these scopes that it has: "
                 "global, klist, knote")
      ->delimiter(',');
  AddPluginOption(app, options.plugins);
  app.add_option("--cpus", options.cpus, "CPU counts, such as 1,2,4, or 'all'")
      ->capture_default_str();
  app.add_option("--cpu-order", options.cpu_order,
                 "Which CPUs a count takes first: compact (neighbours, SMT "
                 "siblings last), scatter, l3 (one of each), siblings")
      ->capture_default_str();
  app.add_option("--writer-cpu", options.writer_cpu,
                 "Where klist_fini() is called: shared (on the CPUs of the "
                 "load, where it preempts a reader) or own (on one more)")
      ->check(OneOf({"shared", "own"}))
      ->capture_default_str();
  app.add_option("--processes", options.processes,
                 "Emulated processes (default: one for each CPU)")
      ->check(WholeNumber(1, kMostThreads))
      ->delimiter(',');
  app.add_option("--threads", options.threads,
                 "Threads in each process (default: 1)")
      ->check(WholeNumber(1, kMostThreads))
      ->delimiter(',');
  app.add_option("--devices", options.devices, "Devices in all")
      ->check(WholeNumber(1, kMostKnotes))
      ->delimiter(',');
  app.add_option("--knotes-per-device", options.knotes_per_device,
                 "Knotes on each device's klist")
      ->check(WholeNumber(1, 60'000))
      ->delimiter(',');
  app.add_option("--hold-ns", options.hold_ns,
                 "Time that f_event holds its section, in ns")
      ->check(WholeNumber(0, 1'000'000'000))
      ->delimiter(',');
  app.add_option("--hold", options.hold, "How it holds it")
      ->check(OneOf({"busy", "sleeping"}));
  app.add_option("--mix", options.mix,
                 "Paths with weights, such as scan=2,submit=1,register=1")
      ->delimiter(',');
  app.add_option("--detach-rate", options.detach_hz,
                 "klist_fini() calls per second, open loop; 0 for none")
      ->check(Number(0, 100'000))
      ->delimiter(',');
  app.add_option("--detaches", options.detaches,
                 "Exactly so many klist_fini() calls per strategy")
      ->check(WholeNumber(1, 10'000'000));
  app.add_option("--seconds", options.seconds,
                 "Measuring time per strategy, workload and CPU count "
                 "(default: 3, less in a large sweep so that it ends in some "
                 "2 minutes)")
      ->check(Number(0.1, 86'400));
  app.add_option("--launches", options.launches,
                 "Processes that share this time one after another, each with "
                 "its own memory layout (default: 5, fewer if each would have "
                 "less than 0.25 s)")
      ->check(WholeNumber(1, kMostLaunches));
  app.add_option("--precision", options.precision,
                 "Launch until the interval of every reader cost is within "
                 "this of its median: ns such as 0.05ns, or 1%");
  app.add_option("--max-time", options.max_seconds,
                 "Start no launch after so many seconds (default: 600 with "
                 "--precision)")
      ->check(Number(0.1, 8'640'000));
  app.add_option("--sample-hz", options.sample_hz,
                 "On-CPU stacks per second of a thread's time; fewer where "
                 "they would take 0.6 % of it")
      ->check(WholeNumber(1, 10'000))
      ->capture_default_str();
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
  app.add_flag("--dry-run", options.dry_run,
               "Show what would be measured, on which CPUs, and how long it "
               "takes");
  app.add_option("-o,--output", options.output,
                 "Result file (SQLite); must not exist yet");
  app.add_option("--html", options.html, "Also write the HTML report here");
  app.add_flag("--json", options.json, "Print the figures as JSON");
}

absl::Status CheckResultName(const std::string& name) {
  if (name == "-") {
    return absl::InvalidArgumentError(
        "-o -: a result file cannot go to standard output: name a file");
  }
  if (name == ":memory:" || name.starts_with("file:")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "-o ", name,
        ": SQLite takes this name for something else than a file: choose "
        "another one"));
  }
  return absl::OkStatus();
}

absl::Status CheckFiles(const MeasureOptions& options) {
  absl::Status named = CheckResultName(options.output);
  if (!named.ok()) return named;
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

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/measure.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/group_planning.h"
#include "cli/interruption.h"
#include "cli/launches.h"
#include "cli/plan.h"
#include "cli/plan_view.h"
#include "cli/show.h"
#include "collector/interruptions.h"
#include "collector/machine.h"
#include "collector/observer.h"
#include "collector/timer.h"
#include "collector/timer_skew.h"
#include "collector/topology.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

// Whether eBPF can be used: loads and attaches every probe once, for a seccomp
// filter may allow the one and refuse the other. Says why not, once.
absl::Status TryBpf(const MeasureOptions& options,
                    collector::Symbolizer& symbolizer) {
  collector::Observer trial(!options.no_bpf, {gettid()}, symbolizer);
  absl::Status status = trial.active() ? trial.Attach() : trial.status();
  if (status.ok() || options.no_bpf) return status;
  std::cerr << "knotestat: "
            << (options.require_bpf ? "--require-bpf: "
                                    : "measuring without eBPF: ")
            << std::string(status.message()) << "\n";
  return status;
}

// What a strategy did against its promises; empty if all were kept.
std::string BrokenPromise(const record::Run& run) {
  for (const record::Counter& counter : run.rows.counters) {
    const bool oracle = counter.name == "oracle_violations";
    if ((!oracle && counter.name != record::kForbiddenLoad) ||
        counter.value == 0)
      continue;
    for (const record::Cell& cell : run.cells) {
      if (cell.id != counter.cell || !cell.promises.safe) continue;
      return cell.strategy +
             (oracle ? " ran driver code after klist_fini() although it "
                       "promises not to"
                     : " was run under a load that it forbids (--anyway): its "
                       "readers broke its promise, its figures say nothing");
    }
  }
  return "";
}

// The end of a sentence about a run that is not whole; empty if it is in
// memory.
std::string HowToGoOn(const MeasureOptions& options) {
  const std::string& file =
      options.resume.empty() ? options.output : options.resume;
  return file.empty() ? "" : "; knotestat resume " + file + " goes on";
}

// Shows the run and returns the code for how it ended.
ExitCode Report(const MeasureOptions& options, const record::Run& run,
                const absl::Status& measured, const ShowRun& show) {
  if (show) {
    show(run, options.json);
  } else {
    Show(run, options.json ? Form::kJson : Form::kText);
  }
  if (!options.html.empty()) {
    if (auto status = WriteHtml(run, options.html); !status.ok())
      return Fail(status, kFailed);
    std::cerr << "knotestat: HTML report: " << options.html << "\n";
  }
  if (!options.output.empty())
    std::cerr << "knotestat: result file: " << options.output << "\n";
  if (absl::IsCancelled(measured)) {
    return Fail(absl::CancelledError(
        absl::StrCat(std::string(measured.message()), HowToGoOn(options))));
  }
  if (!measured.ok()) return Fail(measured);
  if (const std::string broken = BrokenPromise(run); !broken.empty()) {
    Tell(broken);
    return kBrokenPromise;
  }
  return kOk;
}

// Where the result goes: a new file or memory, or the file to go on with.
absl::StatusOr<std::unique_ptr<record::Writer>> OpenWriter(
    const MeasureOptions& options, const record::Context& context) {
  if (!options.resume.empty()) return record::Writer::Reopen(options.resume);
  return record::Writer::Create(
      options.output.empty() ? ":memory:" : options.output, context);
}

// The options with what they leave open filled in, so that who reads the file
// knows how much is to come.
MeasureOptions Resolved(MeasureOptions options, const MeasurePlan& plan) {
  options.launches = plan.launches;
  if (!plan.groups.empty()) options.seconds = plan.groups.front().seconds;
  return options;
}

record::Context Describe(const MeasureOptions& options, const MeasurePlan& plan,
                         const collector::Timer& timer,
                         const absl::Status& bpf) {
  record::Context context = collector::DescribeMachine();
  context.timer_quantum_ns = timer.quantum_ns;
  context.timer_cost_ns = timer.cost_ns;
  context.timer_brackets = timer.brackets;
  if (const auto cpus = collector::CpuOrder(); cpus.ok()) {
    context.timer_skew_ns = collector::TimerSkewNs(*cpus, timer);
    if (auto seen = collector::WatchForInterruptions(*cpus, timer)) {
      context.watched_ns = seen->watched_ns;
      context.interruptions = std::move(seen->lengths);
    }
  }
  context.command_line = options.command_line;
  context.seed = options.seed;
  context.bpf = bpf.ok();
  if (!bpf.ok()) context.bpf_reason = std::string(bpf.message());
  context.plan = ToPlan(Resolved(options, plan)).dump();
  return context;
}

// Says what was left out, and returns the code for it.
ExitCode Explain(Enough enough, const MeasureOptions& options) {
  switch (enough) {
    case Enough::kYes:
      return kOk;
    case Enough::kOutOfTime:
      std::cerr << "knotestat: --max-time was over before every launch was "
                   "made: some cells have fewer, or none"
                << HowToGoOn(options) << "\n";
      return kOk;
    case Enough::kNotPreciseYet:
      std::cerr << "knotestat: some intervals are still wider than --precision "
                << options.precision
                << ": give more --max-time, or a quieter machine"
                << HowToGoOn(options) << "\n";
      return kTooNoisy;
  }
  return kOk;
}

absl::StatusOr<Enough> MeasureInto(record::Writer& writer,
                                   const MeasureOptions& options,
                                   const MeasurePlan& plan,
                                   const collector::Timer& timer, bool bpf) {
  std::optional<Precision> precision;
  if (!options.precision.empty()) {
    auto parsed = ParsePrecision(options.precision);
    if (!parsed.ok()) return parsed.status();
    precision = *parsed;
  }
  auto enough = RunLaunches({.plan = plan,
                             .options = ToPlan(options).dump(),
                             .timer = timer,
                             .bpf = bpf,
                             .precision = precision,
                             .max_seconds = options.max_seconds},
                            writer, Interrupted());
  // What ran out of time is not finished: `resume` goes on with it.
  if (!enough.ok() || *enough != Enough::kYes) return enough;
  if (auto status = writer.Finish(); !status.ok()) return status;
  return enough;
}

ExitCode MeasurePlanned(const MeasureOptions& options, const MeasurePlan& plan,
                        const ShowRun& show) {
  collector::Symbolizer symbolizer;
  const absl::Status bpf = TryBpf(options, symbolizer);
  if (!bpf.ok() && options.require_bpf) return kMissingPrivilege;
  const collector::Timer timer = collector::CalibrateTimer();
  const auto writer = OpenWriter(options, Describe(options, plan, timer, bpf));
  if (!writer.ok()) return Fail(writer.status(), kFailed);

  const auto enough = MeasureInto(**writer, options, plan, timer, bpf.ok());
  const auto run = (*writer)->Snapshot();
  if (!run.ok()) return Fail(run.status());
  const ExitCode code = Report(options, *run, enough.status(), show);
  return code == kOk ? Explain(*enough, options) : code;
}

// Before anything is measured, or to be measured some time.
ExitCode CheckOutputFiles(const MeasureOptions& options) {
  if (auto status = CheckFiles(options); !status.ok()) return Fail(status);
  absl::Status status;
  if (!options.output.empty())
    status = record::CheckResultIsFree(options.output);
  if (status.ok() && !options.html.empty())
    status = CheckWritable(options.html);
  return status.ok() ? kOk : Fail(status, kFailed);
}

// hwloc passes over a description that it does not understand.
absl::Status CheckSyntheticTopology() {
  const char* described = std::getenv("HWLOC_SYNTHETIC");
  if (described == nullptr || *described == '\0' ||
      std::getenv("HWLOC_THISSYSTEM") != nullptr ||
      !collector::TopologyIsReal())
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("HWLOC_SYNTHETIC is '", described,
                   "', which hwloc does not understand: give a description "
                   "such as 'pack:1 core:4 pu:2', or unset it"));
}

}  // namespace

ExitCode Measure(const MeasureOptions& options, const ShowRun& show) {
  if (!options.precision.empty()) {
    const auto precision = ParsePrecision(options.precision);
    if (!precision.ok()) return Fail(precision.status());
  }
  if (auto status = CheckSyntheticTopology(); !status.ok()) return Fail(status);
  const auto plan = PlanGroups(options);
  if (!plan.ok()) return Fail(plan.status());
  if (const ExitCode code = CheckOutputFiles(options); code != kOk) return code;
  if (options.dry_run) {
    ShowPlan(*plan, options);
    return kOk;
  }
  if (!collector::TopologyIsReal()) {
    return Fail(absl::InvalidArgumentError(
        "hwloc describes another machine (HWLOC_SYNTHETIC or the like is set), "
        "whose CPUs nothing can run on: unset it, or look at the plan with "
        "--dry-run"));
  }
  HandleSignals();
  return MeasurePlanned(options, *plan, show);
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/measure.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "collector/group_runner.h"
#include "collector/machine.h"
#include "collector/observer.h"

namespace knotestat::cli {
namespace {

std::atomic<bool> interrupted{false};

void OnSignal(int) { interrupted.store(true, std::memory_order_relaxed); }

// Ends a run gracefully on the first signal, at once on the second.
void HandleSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

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

absl::Status RunGroups(const std::vector<collector::GroupPlan>& plans,
                       collector::Session& session) {
  Progress progress;
  for (size_t i = 0; i < plans.size(); ++i) {
    const collector::GroupPlan& plan = plans[i];
    const std::string what =
        absl::StrCat(plan.workload, ", ", plan.cpu_count,
                     plan.cpu_count == 1 ? " CPU" : " CPUs");
    session.progress = [&](double done) {
      progress.Show(
          (static_cast<double>(i) + done) / static_cast<double>(plans.size()),
          what);
    };
    const absl::Status status = collector::RunGroup(plan, session);
    if (!status.ok())
      return absl::Status(
          status.code(),
          absl::StrCat("workload ", what, ": ", std::string(status.message())));
  }
  return absl::OkStatus();
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
  if (!measured.ok()) return Fail(measured);
  if (const std::string broken = BrokenPromise(run); !broken.empty()) {
    std::cerr << "knotestat: " << broken << "\n";
    return kBrokenPromise;
  }
  return kOk;
}

}  // namespace

ExitCode Measure(const MeasureOptions& options, const ShowRun& show) {
  const auto plans = PlanGroups(options);
  if (!plans.ok()) return Fail(plans.status());
  if (auto status = CheckFiles(options); !status.ok()) return Fail(status);
  if (!options.html.empty()) {
    if (auto status = CheckWritable(options.html); !status.ok())
      return Fail(status, kFailed);
  }
  HandleSignals();

  collector::Symbolizer symbolizer;
  const absl::Status bpf = TryBpf(options, symbolizer);
  if (!bpf.ok() && options.require_bpf) return kMissingPrivilege;

  record::Context context = collector::DescribeMachine();
  const collector::Timer timer = collector::CalibrateTimer();
  context.timer_quantum_ns = timer.quantum_ns;
  context.timer_cost_ns = timer.cost_ns;
  context.command_line = options.command_line;
  context.seed = options.seed;
  context.bpf = bpf.ok();
  if (!bpf.ok()) context.bpf_reason = std::string(bpf.message());

  auto writer = record::Writer::Create(
      options.output.empty() ? ":memory:" : options.output, context);
  if (!writer.ok()) return Fail(writer.status(), kFailed);

  collector::Session session{.writer = **writer,
                             .symbolizer = symbolizer,
                             .timer = timer,
                             .bpf = bpf.ok(),
                             .seed = options.seed,
                             .interrupted = interrupted,
                             .progress = nullptr};
  const absl::Status measured = RunGroups(*plans, session);
  if (measured.ok()) {
    if (auto status = (*writer)->Finish(); !status.ok()) return Fail(status);
  }
  const auto run = (*writer)->Snapshot();
  if (!run.ok()) return Fail(run.status());
  return Report(options, *run, measured, show);
}

}  // namespace knotestat::cli

// knotestat launch: what `run`, `sweep` and `bench` start to measure a group.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/launch.h"

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/group_planning.h"
#include "cli/plan.h"
#include "collector/group_runner.h"

namespace knotestat::cli {
namespace {

using collector::CommitRows;
using collector::LaunchOrder;
using collector::ShowProgress;

absl::Status MeasureGroup(const LaunchOrder& order,
                          const MeasureOptions& options,
                          const CommitRows& commit,
                          const ShowProgress& progress) {
  const auto plan = PlanGroups(options);
  if (!plan.ok()) return plan.status();
  collector::Symbolizer symbolizer;
  const std::atomic<bool> never{false};  // the parent ends us after a commit
  collector::Session session{.commit = commit,
                             .symbolizer = symbolizer,
                             .timer = order.timer,
                             .bpf = order.bpf,
                             .seed = options.seed,
                             .interrupted = never,
                             .progress = progress,
                             .launch = order.id,
                             .launches = order.launches,
                             .finished = order.finished,
                             .begun = order.begun};
  return collector::RunGroup(plan->groups.at(static_cast<size_t>(order.group)),
                             session);
}

ExitCode Launch(int socket, CLI::App& app, const MeasureOptions& options) {
  const absl::Status served = collector::ServeLaunch(
      socket, [&](const LaunchOrder& order, const CommitRows& commit,
                  const ShowProgress& progress) {
        const auto plan = nlohmann::json::parse(order.plan, nullptr, false);
        absl::Status status = ApplyPlan(plan, "the plan", app);
        if (!status.ok()) return status;
        return MeasureGroup(order, options, commit, progress);
      });
  if (served.ok()) return kOk;
  return Fail(absl::FailedPreconditionError(
      "launch is what run, sweep and bench start to measure: use one of them"));
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<MeasureOptions>();
  auto socket = std::make_shared<int>(-1);
  app.add_option("SOCKET", *socket)->required();
  app.add_option("--workloads", options->workloads);
  AddMeasureOptions(app, *options);
  return [options, socket, &app] { return Launch(*socket, app, *options); };
}

const CommandRegistration launch_registration({
    .name = "launch",
    .summary = "(internal) measure one group for run, sweep or bench",
    .examples = "",
    .setup = Setup,
    .hidden = true,
});

}  // namespace
}  // namespace knotestat::cli

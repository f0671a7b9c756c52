// knotestat compare: did it change, and how sure is that.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/gate.h"
#include "analysis/self_comparison.h"
#include "cli/command.h"
#include "cli/compare_view.h"
#include "cli/show.h"
#include "cli/terminal_screen.h"
#include "cli/validators.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string before;
  std::string after;
  bool self = false;
  int splits = 200;
  bool json = false;
  bool fail_if_worse = false;
  std::string fail_if;
};

// What --fail-if and --fail-if-worse say together.
absl::StatusOr<std::vector<analysis::GateCondition>> ConditionsOf(
    const Options& options) {
  std::string text = options.fail_if_worse ? "worse,undecided" : "";
  if (!options.fail_if.empty())
    text += (text.empty() ? "" : ",") + options.fail_if;
  if (text.empty()) return std::vector<analysis::GateCondition>();
  return analysis::ParseGate(text);
}

ExitCode Compare(const Options& options) {
  const auto conditions = ConditionsOf(options);
  if (!conditions.ok()) return Fail(conditions.status(), kUsage);
  const auto before = record::Read(options.before);
  if (!before.ok()) return Fail(before.status(), kFailed);
  const auto after = record::Read(options.after);
  if (!after.ok()) return Fail(after.status(), kFailed);
  for (const auto& [file, run] :
       {std::pair(&options.before, &*before), {&options.after, &*after}}) {
    if (absl::Status status = CheckMeasured(*file, *run); !status.ok())
      return Fail(status, kFailed);
  }
  const analysis::Comparison comparison = analysis::Compare(*before, *after);
  if (options.json) {
    std::cout << record::Dump(analysis::ToJson(comparison)) << "\n";
  } else {
    for (const std::string& line :
         LinesOf(comparison, WidthOfOutput(), StyleOfOutput()))
      std::cout << line << "\n";
  }
  if (comparison.changes.empty()) {
    return Fail(absl::FailedPreconditionError(
        "the two files have no cell in common: same strategy, workload, "
        "parameters and CPUs are needed"));
  }
  const analysis::GateResult gate = analysis::Judge(comparison, *conditions);
  for (const std::string& failure : gate.failures) Tell("failed: " + failure);
  if (gate.failures.empty()) return kOk;
  return gate.undecided_only ? kTooNoisy : kBrokenPromise;
}

ExitCode CompareWithItself(const Options& options) {
  const auto run = record::Read(options.before);
  if (!run.ok()) return Fail(run.status(), kFailed);
  if (absl::Status status = CheckMeasured(options.before, *run); !status.ok())
    return Fail(status, kFailed);
  const auto result =
      analysis::CompareWithItself(*run, options.splits, run->context.seed);
  if (!result) {
    return Fail(absl::FailedPreconditionError(absl::StrCat(
                    options.before,
                    ": has too few rounds to be split: 10 in each cell, or 2 "
                    "launches in each half, are needed; measure longer")),
                kTooNoisy);
  }
  if (options.json) {
    std::cout << record::Dump(analysis::ToJson(*result)) << "\n";
    return kOk;
  }
  std::cout << absl::StreamFormat(
      "%d comparisons of random halves of the %s, %d splits\n"
      "false positives at 5 %%: %.1f %%\n"
      "intervals of the difference that hold 0: %.1f %%\n"
      "splits with an alarm after the correction for many cells: %d\n"
      "a change of %.2f %% of the operation's cost is found in 95 of 100\n",
      result->comparisons, result->by_launch ? "launches" : "rounds",
      result->splits, 100 * result->FalsePositiveRate(),
      100 * result->Coverage(), result->alarms, 100 * result->detectable_part);
  return kOk;
}

ExitCode Run(const Options& options) {
  if (options.self != options.after.empty()) {
    return Fail(absl::InvalidArgumentError(
                    options.self ? "compare --self takes one result file"
                                 : "compare takes two result files, BEFORE and "
                                   "AFTER, or --self and one"),
                kUsage);
  }
  if (!options.self) return Compare(options);
  if (options.fail_if_worse || !options.fail_if.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "compare --self compares a file with itself: there is "
                    "nothing that --fail-if could find"),
                kUsage);
  }
  return CompareWithItself(options);
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("BEFORE", options->before, "Result file")->required();
  app.add_option("AFTER", options->after, "Result file; not with --self");
  app.add_flag(
      "--self", options->self,
      "Compare random halves of BEFORE, many times: how often a change "
      "is found where there is none");
  app.add_option("--splits", options->splits, "How many times, with --self")
      ->check(WholeNumber(1, 100'000));
  app.add_flag("--json", options->json, "The comparison as JSON");
  app.add_flag("--fail-if-worse", options->fail_if_worse,
               "Exit with 3 if anything got worse, 5 if that cannot be told: "
               "--fail-if worse,undecided");
  app.add_option("--fail-if", options->fail_if,
                 "Exit with 3 if one of these holds: worse, worse>2%, "
                 "worse>0.5ns, different, missing, other-machine; with 5 if "
                 "only undecided does");
  return [options] { return Run(*options); };
}

const CommandRegistration registration({
    "compare",
    "Compare two result files, cell by cell",
    "  knotestat compare before.db after.db\n"
    "  knotestat compare before.db after.db --fail-if-worse\n"
    "  knotestat compare before.db after.db --fail-if 'worse>2%,missing'\n"
    "  knotestat compare --self out.db\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat compare: did it change, and how sure is that.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/compare.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string before;
  std::string after;
  bool json = false;
  bool fail_if_worse = false;
};

std::string Interval(const analysis::Change& change) {
  if (!change.difference) return change.reason;
  return absl::StrFormat("%+.2f [%+.2f, %+.2f]", change.difference->median,
                         change.difference->lo, change.difference->hi);
}

void Print(const analysis::Comparison& comparison) {
  for (const std::string& warning : comparison.warnings)
    std::cout << "! " << warning << "\n";
  std::cout << absl::StreamFormat("%-14s %-14s %4s %-9s %-15s %10s %10s  %s\n",
                                  "strategy", "workload", "CPUs", "path",
                                  "figure", "before", "after",
                                  "difference in ns [95 %]: verdict");
  for (const analysis::Change& change : comparison.changes) {
    std::cout << absl::StreamFormat(
        "%-14s %-14s %4d %-9s %-15s %10.2f %10.2f  %s: %s\n",
        change.cell.strategy, change.cell.workload, change.cell.cpus,
        change.path.empty() ? "-" : change.path, change.figure, change.before,
        change.after, Interval(change), analysis::NameOf(change.outcome));
  }
  for (const record::Cell& cell : comparison.only_before)
    std::cout << absl::StreamFormat("only before: %s, %s, %d CPUs\n",
                                    cell.strategy, cell.workload, cell.cpus);
  for (const record::Cell& cell : comparison.only_after)
    std::cout << absl::StreamFormat("only after: %s, %s, %d CPUs\n",
                                    cell.strategy, cell.workload, cell.cpus);
}

ExitCode Compare(const Options& options) {
  const auto before = record::Read(options.before);
  if (!before.ok()) return Fail(before.status(), kFailed);
  const auto after = record::Read(options.after);
  if (!after.ok()) return Fail(after.status(), kFailed);
  const analysis::Comparison comparison = analysis::Compare(*before, *after);
  if (options.json) {
    std::cout << record::Dump(analysis::ToJson(comparison)) << "\n";
  } else {
    Print(comparison);
  }
  if (comparison.changes.empty()) {
    return Fail(absl::FailedPreconditionError(
        "the two files have no cell in common: same strategy, workload, "
        "parameters and CPUs are needed"));
  }
  if (!options.fail_if_worse) return kOk;
  if (comparison.AnyWorse()) return kBrokenPromise;
  return comparison.AnyUndecided() ? kTooNoisy : kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("BEFORE", options->before, "Result file")->required();
  app.add_option("AFTER", options->after, "Result file")->required();
  app.add_flag("--json", options->json, "The comparison as JSON");
  app.add_flag("--fail-if-worse", options->fail_if_worse,
               "Exit with 3 if anything got worse, 5 if that cannot be told");
  return [options] { return Compare(*options); };
}

const CommandRegistration registration({
    "compare",
    "Compare two result files, cell by cell",
    "  knotestat compare before.db after.db\n"
    "  knotestat compare before.db after.db --fail-if-worse\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat choose: which mechanism, and why not the others.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/choose.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "analysis/figures.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/show.h"
#include "cli/terminal_screen.h"
#include "cli/validators.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  bool json = false;
  std::string html;
  std::string mix;
  std::string weights;
  std::vector<std::string> groups = {"own", "peer"};
  analysis::Requirements requirements;
};

// "scan=90,submit=10" as names and positive numbers.
absl::StatusOr<std::map<std::string, double>> ParseParts(
    const char* option, const std::string& text,
    const std::vector<std::string>& known) {
  std::map<std::string, double> parts;
  double sum = 0;
  for (const absl::string_view item : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> part =
        absl::StrSplit(item, absl::MaxSplits('=', 1));
    double number = 0;
    const bool is_number =
        absl::SimpleAtod(part.second, &number) && number >= 0 && number <= 1e12;
    if (!is_number || part.first.empty() || parts.contains(part.first)) {
      return absl::InvalidArgumentError(
          absl::StrCat(option, ": '", item,
                       "' is not NAME=NUMBER with a new name and a number "
                       "from 0 up"));
    }
    if (!known.empty() &&
        std::find(known.begin(), known.end(), part.first) == known.end())
      return Unknown(option, part.first, known);
    parts[part.first] = number;
    sum += number;
  }
  if (sum > 0) return parts;
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": all parts are 0: one must be more"));
}

absl::Status TakeParts(Options& options, const record::Run& run) {
  analysis::Requirements& require = options.requirements;
  if (!options.mix.empty()) {
    auto mix = ParseParts("--mix", options.mix, WorkloadsOf(run));
    if (!mix.ok()) return mix.status();
    std::erase_if(*mix, [](const auto& part) { return part.second == 0; });
    require.mix = *std::move(mix);
  }
  if (options.weights.empty()) return absl::OkStatus();
  auto weights = ParseParts("--weights", options.weights,
                            {"reader", "klist_fini", "memory"});
  if (!weights.ok()) return weights.status();
  require.weights = {(*weights)["reader"], (*weights)["klist_fini"],
                     (*weights)["memory"]};
  return absl::OkStatus();
}

// What is asked about must be in the file.
absl::Status CheckKnown(const Options& options, const record::Run& run) {
  std::set<std::string> cpus, groups, paths;
  for (const record::Cell& cell : run.cells) {
    cpus.insert(absl::StrCat(cell.cpus));
    groups.insert(cell.group);
  }
  for (const record::Block& block : run.rows.blocks)
    if (block.kind == record::BlockKind::kMean) paths.insert(block.path);
  const auto check = [&](const char* option, const std::string& wanted,
                         const std::set<std::string>& known) {
    if (known.contains(wanted)) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        option, ": ", options.file, " has nothing of '", wanted, "', only of ",
        absl::StrJoin(known, ", "), ": ask for one of these, or measure it"));
  };
  const analysis::Requirements& require = options.requirements;
  absl::Status status;
  if (require.cpus)
    status.Update(check("--cpus", absl::StrCat(*require.cpus), cpus));
  if (!require.path.empty())
    status.Update(check("--path", require.path, paths));
  if (options.groups.size() == 1)
    status.Update(check("--groups", options.groups[0], groups));
  return status;
}

// Why nothing can be recommended.
std::string WhyNone(const std::vector<analysis::Choice>& choices,
                    const std::string& file) {
  for (const analysis::Choice& choice : choices) {
    for (const analysis::Verdict& verdict : choice.decision.verdicts) {
      if (verdict.ruling == analysis::Ruling::kRejected)
        return absl::StrCat("nothing in ", file,
                            " meets all that is required: require less, or "
                            "measure others");
    }
  }
  return absl::StrCat("no evidence for any choice in ", file,
                      ": measure longer (--seconds)");
}

ExitCode Choose(Options& options) {
  const auto run = record::Read(options.file);
  if (!run.ok()) return Fail(run.status(), kFailed);
  if (absl::Status status = CheckMeasured(options.file, *run); !status.ok())
    return Fail(status, kFailed);
  options.requirements.groups = {options.groups.begin(), options.groups.end()};
  if (absl::Status parts = TakeParts(options, *run); !parts.ok())
    return Fail(parts, kUsage);
  if (absl::Status known = CheckKnown(options, *run); !known.ok())
    return Fail(known, kUsage);
  if (const std::string reason =
          analysis::Contradiction(*run, options.requirements);
      !reason.empty()) {
    return Fail(absl::InvalidArgumentError(
                    absl::StrCat("no mechanism in ", options.file,
                                 " promises all that is required (", reason,
                                 "): require less, or measure others")),
                kUsage);
  }
  if (!options.html.empty()) {
    const absl::Status status =
        WriteHtml(*run, options.html, options.requirements);
    if (!status.ok()) return Fail(status);
  }
  const auto choices =
      analysis::Choose(*run, analysis::Analyze(*run), options.requirements);
  bool any = false;
  for (const analysis::Choice& choice : choices)
    any = any || choice.decision.recommended() != nullptr;
  if (options.json) {
    std::cout << record::Dump(analysis::ToJson(choices)) << "\n";
  } else {
    const dashboards::TextStyle style = StyleOfOutput();
    for (const analysis::Choice& choice : choices) {
      for (const std::string& line : analysis::Reasons(choice))
        std::cout << dashboards::SafeText(line, style) << "\n";
      std::cout << "\n";
    }
  }
  if (any) return kOk;
  Tell(WhyNone(choices, options.file));
  return kTooNoisy;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  analysis::Requirements& require = options->requirements;
  app.add_option("FILE", options->file, "Result file")->required();
  app.add_flag("--readers-block", require.reader_may_block,
               "Required: f_event may sleep in a section");
  app.add_flag("--readers-recurse", require.reader_may_recurse,
               "Required: a section may be entered again while a writer waits");
  app.add_flag("--enter-under-lock", require.enter_under_spin_lock,
               "Required: a section may be entered under a spin lock");
  app.add_flag("--cover-submit", require.covers_submit,
               "Required: knote() runs inside a section");
  app.add_option("--max-bytes-per-knote", require.max_bytes_per_knote,
                 "Required: at most so many bytes in each knote")
      ->check(WholeNumber(0, uint64_t{1} << 20));
  app.add_option("--max-reader-ns", require.max_reader_ns,
                 "Budget: what a strategy adds to an operation, in ns")
      ->check(Number(0, 1e12));
  app.add_option("--max-klist-fini-ns", require.max_klist_fini_ns,
                 "Budget: the tail of klist_fini(), in ns")
      ->check(Number(0, 1e15));
  app.add_option("--max-bytes", require.max_bytes,
                 "Budget: memory of the whole load, in bytes")
      ->check(Number(0, 1e15));
  app.add_option("--cpus", require.cpus, "Decide at so many CPUs")
      ->check(WholeNumber(1, 1 << 16));
  auto* path =
      app.add_option("--path", require.path, "Whose reader cost counts")
          ->check(OneOf({"scan", "submit", "register"}));
  app.add_option("--mix", options->mix,
                 "One choice for a mix of workloads: scan=90,submit=10")
      ->excludes(path);
  auto* reads = app.add_option("--reads-per-detach", require.reads_per_detach,
                               "Least time for so many reads and one detach")
                    ->check(Number(0, 1e15));
  app.add_option("--weights", options->weights,
                 "Least weighted sum, each in parts of the median: "
                 "reader=5,klist_fini=1,memory=1")
      ->excludes(reads);
  app.add_option("--html", options->html,
                 "Also write the report with this choice to a file");
  app.add_option("--groups", options->groups, "own, peer, or both")
      ->delimiter(',')
      ->check(OneOf({"own", "peer"}));
  app.add_flag("--json", options->json, "The choice as JSON");
  return [options] { return Choose(*options); };
}

const CommandRegistration registration({
    "choose",
    "Choose a mechanism from a result file, with reasons",
    "  knotestat choose out.db\n"
    "  knotestat choose out.db --cover-submit --readers-recurse\n"
    "  knotestat choose out.db --max-bytes-per-knote 0 --groups own\n"
    "  knotestat choose out.db --mix scan=90,submit=10 "
    "--reads-per-detach 100000\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

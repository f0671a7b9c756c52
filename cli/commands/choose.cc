// knotestat choose: which mechanism, and why not the others.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/choose.h"

#include <iostream>
#include <memory>

#include "analysis/figures.h"
#include "cli/command.h"
#include "cli/validators.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::string file;
  bool json = false;
  std::vector<std::string> groups = {"own", "peer"};
  analysis::Requirements requirements;
};

ExitCode Choose(Options& options) {
  const auto run = record::Read(options.file);
  if (!run.ok()) return Fail(run.status(), kFailed);
  options.requirements.groups = {options.groups.begin(), options.groups.end()};
  const auto choices =
      analysis::Choose(*run, analysis::Analyze(*run), options.requirements);
  bool any = false;
  for (const analysis::Choice& choice : choices)
    any = any || choice.decision.recommended() != nullptr;
  if (options.json) {
    std::cout << record::Dump(analysis::ToJson(choices)) << "\n";
  } else {
    for (const analysis::Choice& choice : choices) {
      for (const std::string& line : analysis::Reasons(choice))
        std::cout << line << "\n";
      std::cout << "\n";
    }
  }
  if (any) return kOk;
  std::cerr << "knotestat: no evidence for any choice in " << options.file
            << ": measure longer (--seconds) or require less\n";
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
  app.add_option("--path", require.path, "Whose reader cost counts")
      ->check(OneOf({"scan", "submit", "register"}));
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
    "  knotestat choose out.db --max-bytes-per-knote 0 --groups own\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/check_view.h"

#include <iostream>

#include "absl/strings/str_format.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;

// How sure "nothing found" is.
std::string Coverage(const check::Verdict& verdict) {
  if (verdict.finding)
    return "FOUND " + std::string(NameOf(verdict.finding.kind));
  if (!verdict.complete) return "sampled";
  std::string text = "all schedules";
  if (verdict.preemptions)
    text += absl::StrFormat(" with up to %d preemptions", *verdict.preemptions);
  if (verdict.yielded) text += ", yields fair";
  return text;
}

json Story(const std::vector<check::Step>& story) {
  json steps = json::array();
  for (const check::Step& step : story) {
    json entry = {{"thread", step.thread_name},
                  {"operation", NameOf(step.kind)},
                  {"place", step.place},
                  {"value", step.value},
                  {"at", step.site.line == 0 ? "" : ShortName(step.site)}};
    if (step.origin.step >= 0) entry["stored_at"] = step.origin.step;
    steps.push_back(std::move(entry));
  }
  return steps;
}

json FindingOf(const check::Finding& finding) {
  return {{"kind", NameOf(finding.kind)}, {"text", finding.text}};
}

}  // namespace

json ToJson(const check::Verdict& verdict) {
  json entry = {
      {"strategy", verdict.strategy},   {"program", verdict.program},
      {"model", NameOf(verdict.model)}, {"schedules", verdict.schedules},
      {"redundant", verdict.redundant}, {"truncated", verdict.truncated},
      {"steps", verdict.steps},         {"seconds", verdict.seconds},
      {"complete", verdict.complete},   {"coverage", Coverage(verdict)}};
  if (verdict.finding) {
    entry["finding"] = FindingOf(verdict.finding);
    entry["story"] = Story(verdict.story);
    entry["replay"] = verdict.replay;
  }
  return entry;
}

json ToJson(const check::Hunted& hunted) {
  json entry = {
      {"name", hunted.mutant.name}, {"strategy", hunted.mutant.strategy},
      {"found", hunted.found},      {"schedules", hunted.schedules},
      {"seconds", hunted.seconds},  {"replay", hunted.replay}};
  if (hunted.found) {
    entry["model"] = NameOf(hunted.model);
    entry["program"] = hunted.program;
    entry["finding"] = FindingOf(hunted.finding);
  } else if (!hunted.mutant.unneeded.empty()) {
    entry["unneeded"] = hunted.mutant.unneeded;
  }
  return entry;
}

void Print(const check::Verdict& verdict) {
  std::cout << absl::StreamFormat(
      "%-20s %-13s %-3s %10d schedules %7.2f s  %s\n", verdict.strategy,
      verdict.program, std::string(NameOf(verdict.model)), verdict.schedules,
      verdict.seconds, Coverage(verdict));
  if (!verdict.finding) return;
  std::cout << "\n"
            << verdict.finding.text << "\n\n"
            << check::Tell(verdict.story) << "\n";
  std::cout << "replay: " << verdict.replay << "\n\n";
}

void Print(const check::Hunted& hunted) {
  std::cout << absl::StreamFormat(
      "%-14s %-58s %-9s %9d schedules %6.2f s  %s\n", hunted.mutant.strategy,
      hunted.mutant.name,
      hunted.found                     ? "found"
      : hunted.mutant.unneeded.empty() ? "NOT FOUND"
                                       : "unneeded",
      hunted.schedules, hunted.seconds,
      hunted.found ? hunted.replay : std::string(hunted.mutant.unneeded));
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/check_view.h"

#include <iostream>

#include "absl/strings/str_format.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;

// Nothing was executed to its end.
bool IsUncovered(const check::Verdict& verdict) {
  return !verdict.finding && verdict.schedules + verdict.truncated == 0;
}

// How sure "nothing found" is.
std::string CoverageOf(const check::Verdict& verdict) {
  if (verdict.finding)
    return "FOUND " + std::string(NameOf(verdict.finding.kind));
  if (IsUncovered(verdict)) {
    return "NOTHING COVERED: " + (verdict.stopped.empty()
                                      ? "every schedule needs " + verdict.bound
                                      : verdict.stopped);
  }
  if (!verdict.stopped.empty()) return "sampled, stopped: " + verdict.stopped;
  if (verdict.beyond > 0) {
    return absl::StrFormat("sampled, %d schedules given up: they need %s",
                           verdict.beyond, verdict.bound);
  }
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
      {"given_up", verdict.beyond},     {"complete", verdict.complete},
      {"coverage", CoverageOf(verdict)}};
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
  if (!hunted.bound.empty()) entry["given_up_for"] = hunted.bound;
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
      verdict.seconds, CoverageOf(verdict));
  if (!verdict.finding) return;
  std::cout << "\n"
            << verdict.finding.text << "\n\n"
            << check::Tell(verdict.story) << "\n";
  std::cout << "replay: " << verdict.replay << "\n\n";
}

void Print(const check::Hunted& hunted) {
  const check::Mutant& mutant = hunted.mutant;
  std::string remark =
      hunted.found ? hunted.replay : std::string(mutant.unneeded);
  if (!hunted.found && !hunted.bound.empty())
    remark += "some schedules were given up: they need " + hunted.bound;
  std::cout << absl::StreamFormat(
      "%-14s %-58s %-9s %9d schedules %6.2f s  %s\n", mutant.strategy,
      mutant.name,
      hunted.found                                        ? "found"
      : mutant.unneeded.empty() && !mutant.entry->headers ? "NOT FOUND"
                                                          : "unneeded",
      hunted.schedules, hunted.seconds, remark);
}

void Coverage::Add(const check::Verdict& verdict) {
  schedules += verdict.schedules;
  ++(verdict.finding        ? found
     : IsUncovered(verdict) ? uncovered
     : verdict.complete     ? complete
                            : sampled);
}

void Hunt::Add(const check::Hunted& hunted) {
  ++(hunted.found                      ? found
     : hunted.mutant.entry->headers    ? unneeded
     : !hunted.mutant.unneeded.empty() ? explained
                                       : missed);
}

void Print(const Coverage& coverage, const check::MemoryBudget& memory) {
  const auto part = [](int count, std::string_view what) {
    return count == 0 ? "" : absl::StrFormat(", %d %s", count, what);
  };
  std::cout << absl::StreamFormat(
      "explorations (a program under a memory model): %d with a finding%s%s%s; "
      "%d schedules, at most %.1f MiB\n",
      coverage.found, part(coverage.complete, "complete"),
      part(coverage.sampled, "sampled (stopped at --seconds or --schedules)"),
      part(coverage.uncovered, "NOT COVERED"), coverage.schedules,
      static_cast<double>(memory.peak()) / (1 << 20));
}

void Print(const Hunt& hunt) {
  std::cout << hunt.found << " of "
            << hunt.found + hunt.explained + hunt.missed + hunt.unneeded
            << " mutants found, " << hunt.explained << " explained, "
            << hunt.missed << " missed\n";
  if (hunt.unneeded == 0) return;
  std::cout << hunt.unneeded
            << " not found in a plug-in: nothing that is explored needs what "
               "they weaken, each by itself. Leave one out and ask again, or "
               "note why it stays\n";
}

}  // namespace knotestat::cli

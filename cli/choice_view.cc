// SPDX-License-Identifier: BSD-2-Clause
#include "cli/choice_view.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace knotestat::cli {
namespace {

dashboards::Ruling RulingOf(analysis::Ruling ruling) {
  switch (ruling) {
    case analysis::Ruling::kRecommended:
      return dashboards::Ruling::kRecommended;
    case analysis::Ruling::kFront:
      return dashboards::Ruling::kFront;
    case analysis::Ruling::kRejected:
      return dashboards::Ruling::kRejected;
    case analysis::Ruling::kNotRanked:
      return dashboards::Ruling::kNotRanked;
  }
  return dashboards::Ruling::kNotRanked;
}

std::string Cpus(int count) {
  return absl::StrCat(count, count == 1 ? " CPU" : " CPUs");
}

// "epoch for submit (up to 2 CPUs); psref for scan, register (...)".
std::string Headline(const std::vector<analysis::Choice>& choices) {
  std::map<std::pair<std::string, int>, std::vector<std::string>> workloads;
  for (const analysis::Choice& choice : choices) {
    if (const auto* chosen = choice.decision.recommended())
      workloads[{chosen->strategy, choice.decision.cpus}].push_back(
          choice.decision.workload);
  }
  std::vector<std::string> parts;
  for (const auto& [key, names] : workloads)
    parts.push_back(absl::StrCat(key.first, " for ", absl::StrJoin(names, ", "),
                                 " (up to ", Cpus(key.second), ")"));
  return absl::StrJoin(parts, "; ");
}

// Each sentence once, with its workloads where they differ.
std::string Confidence(const std::vector<analysis::Choice>& choices) {
  std::map<std::string, std::vector<std::string>> workloads;
  for (const analysis::Choice& choice : choices)
    workloads[choice.decision.confidence].push_back(choice.decision.workload);
  std::vector<std::string> parts;
  for (const auto& [confidence, names] : workloads)
    parts.push_back(
        workloads.size() == 1
            ? confidence
            : absl::StrCat(absl::StrJoin(names, ", "), ": ", confidence));
  return absl::StrJoin(parts, ". ");
}

}  // namespace

dashboards::Choice ViewOf(const std::vector<analysis::Choice>& choices) {
  dashboards::Choice view;
  view.headline = choices.size() == 1 ? choices[0].headline : Headline(choices);
  view.confidence = Confidence(choices);
  for (const analysis::Choice& choice : choices) {
    for (const analysis::Verdict& verdict : choice.decision.verdicts)
      view.verdicts.push_back({choice.decision.workload, verdict.strategy,
                               verdict.scope, RulingOf(verdict.ruling),
                               verdict.reason});
  }
  return view;
}

}  // namespace knotestat::cli

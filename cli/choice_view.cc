// SPDX-License-Identifier: BSD-2-Clause
#include "cli/choice_view.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "analysis/detaches.h"

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

dashboards::Load LoadOf(const analysis::Decision& decision) {
  return {decision.workload,
          decision.parameters,
          decision.title,
          decision.cpus,
          decision.processes,
          decision.threads,
          decision.path,
          decision.quantile ? analysis::QuantileName(*decision.quantile) : ""};
}

std::string Cpus(int count) {
  return absl::StrCat(count, count == 1 ? " CPU" : " CPUs");
}

// "epoch for submit (up to 2 CPUs); psref for scan, register (...)".
std::string Headline(const std::vector<analysis::Choice>& choices) {
  std::map<std::pair<std::string, int>, std::vector<std::string>> loads;
  for (const analysis::Choice& choice : choices) {
    if (const auto* chosen = choice.decision.recommended())
      loads[{analysis::NameIn(choice.decision, *chosen), choice.decision.cpus}]
          .push_back(choice.decision.title);
  }
  std::vector<std::string> parts;
  for (const auto& [key, names] : loads)
    parts.push_back(absl::StrCat(key.first, " for ", absl::StrJoin(names, ", "),
                                 " (up to ", Cpus(key.second), ")"));
  return absl::StrJoin(parts, "; ");
}

constexpr char kClauseEnd[] = "; ";

// What is said of how sure a choice is, each thing once: of which loads.
class Clauses {
 public:
  void Add(const std::string& clause, const std::string& load) {
    const auto known =
        std::find_if(clauses_.begin(), clauses_.end(),
                     [&](const auto& other) { return other.first == clause; });
    if (known == clauses_.end()) {
      clauses_.push_back({clause, {load}});
    } else {
      known->second.push_back(load);
    }
  }

  // What holds for all `loads` first and without their names.
  std::string Text(size_t loads) const {
    std::vector<std::string> common;
    std::vector<std::string> some;
    for (const auto& [clause, of] : clauses_) {
      if (of.size() == loads) {
        common.push_back(clause);
      } else {
        some.push_back(
            absl::StrCat("for ", absl::StrJoin(of, ", "), " ", clause));
      }
    }
    common.insert(common.end(), some.begin(), some.end());
    return absl::StrJoin(common, kClauseEnd);
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> clauses_;
};

// "holds in 100 % of resamplings" of several choices, in one clause.
std::string Resamplings(const std::vector<analysis::Choice>& choices) {
  std::vector<std::string> shares;
  for (const analysis::Choice& choice : choices) {
    if (!choice.decision.probability) continue;
    shares.push_back(absl::StrFormat("%.0f %% for %s",
                                     100 * *choice.decision.probability,
                                     choice.decision.title));
  }
  return absl::StrCat("resamplings in which the recommendation holds: ",
                      absl::StrJoin(shares, ", "));
}

std::string Confidence(const std::vector<analysis::Choice>& choices) {
  constexpr char kHolds[] = "the recommendation holds in ";
  Clauses clauses;
  std::string holds;  // the clause, while all choices agree on it
  bool differ = false;
  for (const analysis::Choice& choice : choices) {
    for (absl::string_view clause :
         absl::StrSplit(choice.decision.confidence, kClauseEnd)) {
      if (absl::StartsWith(clause, kHolds)) {
        differ = differ || (!holds.empty() && holds != clause);
        holds = std::string(clause);
      }
    }
  }
  for (const analysis::Choice& choice : choices) {
    for (absl::string_view clause :
         absl::StrSplit(choice.decision.confidence, kClauseEnd)) {
      const bool merge = differ && absl::StartsWith(clause, kHolds);
      clauses.Add(merge ? Resamplings(choices) : std::string(clause),
                  choice.decision.title);
    }
  }
  return clauses.Text(choices.size());
}

}  // namespace

dashboards::Choice ViewOf(const std::vector<analysis::Choice>& choices) {
  dashboards::Choice view;
  view.headline = choices.size() == 1 ? choices[0].headline : Headline(choices);
  view.confidence = Confidence(choices);
  for (const analysis::Choice& choice : choices) {
    const dashboards::Load load = LoadOf(choice.decision);
    if (const auto* chosen = choice.decision.recommended()) {
      view.answers.push_back(
          {load, chosen->strategy, chosen->scope,
           choice.decision.probability
               ? absl::StrFormat("holds in %.0f %% of resamplings",
                                 100 * *choice.decision.probability)
               : choice.decision.confidence});
    }
    for (const analysis::Verdict& verdict : choice.decision.verdicts)
      view.verdicts.push_back({load, verdict.strategy, verdict.scope,
                               RulingOf(verdict.ruling), verdict.reason});
  }
  return view;
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "cli/truth_view.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "collector/testimony_json.h"

namespace knotestat::cli {
namespace {

using knote::StrategyInfo;
using knote::truth::Failure;
using knote::truth::Testimony;
using knote::truth::TruthWorkload;
using knote::truth::Verdict;
using knote::truth::VerdictText;
using nlohmann::json;

constexpr size_t kWidth = 80, kIndent = 13;

// `head` and after it `words`, in lines of 80 columns; further lines begin
// below the first word.
std::string Wrapped(const std::string& head,
                    const std::vector<std::string>& words) {
  std::string text, line = head;
  for (const std::string& word : words) {
    if (line.size() + 1 + word.size() > kWidth && line.size() > head.size()) {
      absl::StrAppend(&text, line, "\n");
      line.assign(head.size(), ' ');
    }
    absl::StrAppend(&line, " ", word);
  }
  return absl::StrCat(text, line, "\n");
}

std::vector<std::string> WithCommas(std::vector<std::string> names) {
  for (size_t i = 0; i + 1 < names.size(); ++i) names[i] += ",";
  return names;
}

// What the strategies on one line have in common.
struct Outcome {
  Verdict verdict;
  std::string failure;
  std::vector<std::string> notes;
  std::vector<std::string> chain;  // a line each
  friend bool operator<(const Outcome& a, const Outcome& b) {
    return std::tie(a.verdict, a.failure, a.notes, a.chain) <
           std::tie(b.verdict, b.failure, b.notes, b.chain);
  }
};

Outcome OutcomeOf(const TruthResult& play) {
  Outcome outcome{play.verdict,
                  Failure(*play.workload, play.strategy, play.seen),
                  play.seen.notes,
                  {}};
  for (const auto& wait : play.seen.chain.waits)
    outcome.chain.push_back(ToText(wait));
  return outcome;
}

// "klist_fini() behind a reader ...: 20.1 to 20.4 ms", over all plays of
// strategies that wait for anybody.
std::string FigureLines(const std::vector<TruthResult>& plays) {
  struct Range {
    double least, most;
    std::string unit;
  };
  std::vector<std::string> order;
  std::map<std::string, Range> ranges;
  for (const TruthResult& play : plays) {
    if (!play.strategy.safe) continue;
    for (const auto& figure : play.seen.figures) {
      const auto [at, fresh] = ranges.try_emplace(
          figure.text, Range{figure.value, figure.value, figure.unit});
      if (fresh) order.push_back(figure.text);
      at->second.least = std::min(at->second.least, figure.value);
      at->second.most = std::max(at->second.most, figure.value);
    }
  }
  std::string text;
  for (const std::string& name : order) {
    const Range& range = ranges.at(name);
    absl::StrAppend(
        &text, "  ", name, ": ",
        range.least == range.most
            ? absl::StrFormat("%.3g", range.least)
            : absl::StrFormat("%.3g to %.3g", range.least, range.most),
        " ", range.unit, "\n");
  }
  return text;
}

// A promise of kInfo, as a column.
struct Promise {
  const char* column;
  bool StrategyInfo::*promised;
};
constexpr Promise kPromises[] = {
    {"safe", &StrategyInfo::safe},
    {"sleeps", &StrategyInfo::reader_may_block},
    {"recurses", &StrategyInfo::reader_may_recurse},
    {"migrates", &StrategyInfo::reader_may_migrate},
    {"locked", &StrategyInfo::enter_under_spin_lock},
    {"submits", &StrategyInfo::covers_submit},
};

bool Tests(const TruthWorkload& workload, const Promise& promise) {
  if (workload.control) return false;
  return promise.promised == &StrategyInfo::safe
             ? workload.promise == nullptr
             : workload.promise == promise.promised;
}

// What the plays say of one promise of one strategy.
std::string PromiseCell(const std::vector<const TruthResult*>& plays,
                        const Promise& promise) {
  const bool is_safety = promise.promised == &StrategyInfo::safe;
  if (!plays.front()->strategy.safe && !is_safety) return "-";
  size_t tested = 0, broken = 0, failed = 0;
  bool promised = false;
  for (const TruthResult* play : plays) {
    promised = play->strategy.*promise.promised;
    if (!Tests(*play->workload, promise)) continue;
    ++tested;
    broken += play->verdict == Verdict::kBroken;
    failed += play->verdict == Verdict::kAsDeclared;
  }
  if (tested == 0) return promised ? "yes" : "no";
  if (broken != 0) return "BROKEN";
  if (promised) return absl::StrCat("kept ", tested);
  return failed != 0 ? "no, fails" : "no, held";
}

}  // namespace

std::string TruthText(const std::vector<TruthResult>& plays) {
  if (plays.empty()) return "";
  const TruthWorkload& workload = *plays.front().workload;
  std::string text = absl::StrCat(
      std::string(workload.name), ": ", std::string(workload.question),
      "\n  promise: ", std::string(workload.promise_text), "\n");
  std::map<Outcome, std::vector<std::string>> outcomes;
  for (const TruthResult& play : plays)
    outcomes[OutcomeOf(play)].push_back(play.title);
  for (const auto& [outcome, titles] : outcomes) {
    std::string head =
        absl::StrFormat("  %-12s", std::string(VerdictText(outcome.verdict)));
    if (!outcome.failure.empty()) absl::StrAppend(&head, outcome.failure, ":");
    text += Wrapped(head, WithCommas(titles));
    const std::string indent(kIndent, ' ');
    for (const std::string& note : outcome.notes)
      text += Wrapped(indent, absl::StrSplit(note, ' '));
    for (const std::string& wait : outcome.chain)
      text += Wrapped(indent, absl::StrSplit(wait, ' '));
  }
  return absl::StrCat(text, FigureLines(plays), "\n");
}

std::string PromiseTable(const std::vector<TruthResult>& results) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const TruthResult*>> by_strategy;
  for (const TruthResult& result : results) {
    if (by_strategy[result.title].empty()) order.push_back(result.title);
    by_strategy[result.title].push_back(&result);
  }
  size_t width = 12;
  for (const std::string& title : order) width = std::max(width, title.size());
  std::string text = absl::StrFormat("%-*s", width, "strategy");
  for (const Promise& promise : kPromises)
    absl::StrAppendFormat(&text, " %-9s", promise.column);
  text += "\n";
  for (const std::string& title : order) {
    absl::StrAppendFormat(&text, "%-*s", width, title);
    for (const Promise& promise : kPromises)
      absl::StrAppendFormat(&text, " %-9s",
                            PromiseCell(by_strategy[title], promise));
    text += "\n";
  }
  return absl::StrCat(
      text,
      "\nkept N: promised, and held in N workloads; yes, no: promised or not, "
      "and not\ntested; no, fails: not promised, and seen to fail; no, held: "
      "not promised, and\nwent well here; -: of no use without being safe. A "
      "section may ... sleeps: sleep;\nrecurses: be entered again while a "
      "writer waits; migrates: change CPUs; locked:\nbegin under a lock; "
      "submits: KNOTE() runs in one.\n");
}

std::string DifferencesText(const std::vector<TruthResult>& results) {
  std::string text;
  for (const TruthResult& result : results) {
    if (!IsDifference(result.verdict)) continue;
    const std::string failure =
        Failure(*result.workload, result.strategy, result.seen);
    absl::StrAppend(
        &text, result.title, " ", std::string(VerdictText(result.verdict)),
        " in ", std::string(result.workload->name), ": ",
        failure.empty() ? "a broken contract went unseen" : failure, "\n");
  }
  return text.empty() ? "\nEvery promise that was tested was kept.\n"
                      : "\n" + text;
}

json TruthJson(const std::vector<TruthResult>& results) {
  json plays = json::array();
  for (const TruthResult& result : results) {
    const TruthWorkload& workload = *result.workload;
    json play = collector::ToJson(result.seen);
    play["workload"] = workload.name;
    play["promise"] = workload.promise_text;
    play["promised"] = Promised(workload, result.strategy);
    play["strategy"] = result.strategy.name;
    play["scope"] = result.strategy.scope;
    play["verdict"] = VerdictText(result.verdict);
    play["failure"] = Failure(workload, result.strategy, result.seen);
    play["difference"] = IsDifference(result.verdict);
    plays.push_back(std::move(play));
  }
  return {{"truth", std::move(plays)}};
}

}  // namespace knotestat::cli

// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/promise_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace knotestat::dashboards {
namespace {

using record::Promises;
using record::Truth;

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

std::string WrappedText(const std::string& head, const std::string& text) {
  return Wrapped(head, absl::StrSplit(text, ' '));
}

std::vector<std::string> WithCommas(std::vector<std::string> names) {
  for (size_t i = 0; i + 1 < names.size(); ++i) names[i] += ",";
  return names;
}

// In which order a play's outcomes are shown.
size_t OrderOf(const std::string& verdict) {
  constexpr std::array kOrder = {record::kKept,       record::kBroken,
                                 record::kAsDeclared, record::kUnpromised,
                                 record::kCaught,     record::kMissed};
  return static_cast<size_t>(std::find(kOrder.begin(), kOrder.end(), verdict) -
                             kOrder.begin());
}

// What the strategies on one line have in common.
struct Outcome {
  std::string verdict;
  std::string failure;
  std::vector<std::string> notes;
  std::vector<std::string> chain;  // a line each
  friend bool operator<(const Outcome& a, const Outcome& b) {
    const size_t a_order = OrderOf(a.verdict), b_order = OrderOf(b.verdict);
    return std::tie(a_order, a.verdict, a.failure, a.notes, a.chain) <
           std::tie(b_order, b.verdict, b.failure, b.notes, b.chain);
  }
};

Outcome OutcomeOf(const Truth& play, const TextStyle& style) {
  Outcome outcome{
      SafeText(play.verdict, style), SafeText(play.failure, style), {}, {}};
  for (const std::string& note : play.notes)
    outcome.notes.push_back(SafeText(note, style));
  for (const record::TruthWait& wait : play.waits)
    outcome.chain.push_back(SafeText(ToText(wait), style));
  return outcome;
}

// "klist_fini() behind a reader ...: 20.1 to 20.4 ms", over all plays of
// strategies that wait for anybody.
std::string FigureLines(std::span<const Truth> plays, const TextStyle& style) {
  struct Range {
    double least, most;
    std::string unit;
  };
  std::vector<std::string> order;
  std::map<std::string, Range> ranges;
  for (const Truth& play : plays) {
    if (!play.promises.safe) continue;
    for (const record::TruthFigure& figure : play.figures) {
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
        &text, "  ", SafeText(name, style), ": ",
        range.least == range.most
            ? absl::StrFormat("%.3g", range.least)
            : absl::StrFormat("%.3g to %.3g", range.least, range.most),
        " ", SafeText(range.unit, style), "\n");
  }
  return text;
}

// A promise, as a column.
struct Promise {
  const char* column;
  std::string_view name;  // Truth::promise_name
  bool Promises::*promised;
};
constexpr Promise kPromises[] = {
    {"safe", "safe", &Promises::safe},
    {"sleeps", "reader_may_block", &Promises::reader_may_block},
    {"recurses", "reader_may_recurse", &Promises::reader_may_recurse},
    {"migrates", "reader_may_migrate", &Promises::reader_may_migrate},
    {"locked", "enter_under_spin_lock", &Promises::enter_under_spin_lock},
    {"submits", "covers_submit", &Promises::covers_submit},
};

// The columns of a row, without blanks at its end.
std::string Row(std::string row) {
  while (row.ends_with(' ')) row.pop_back();
  return row + "\n";
}

// What the plays say of one promise of one strategy.
std::string PromiseCell(const std::vector<const Truth*>& plays,
                        const Promise& promise) {
  const Promises& promises = plays.front()->promises;
  if (!promises.safe && promise.promised != &Promises::safe) return "-";
  size_t tested = 0, broken = 0, failed = 0;
  for (const Truth* play : plays) {
    if (play->promise_name != promise.name) continue;
    ++tested;
    broken += play->verdict == record::kBroken;
    failed += play->verdict == record::kAsDeclared;
  }
  const bool promised = promises.*promise.promised;
  if (tested == 0) return promised ? "yes" : "no";
  if (broken != 0) return "BROKEN";
  if (promised) return absl::StrCat("kept ", tested);
  return failed != 0 ? "no, fails" : "no, held";
}

}  // namespace

std::string PlayText(std::span<const Truth> plays, const TextStyle& style) {
  if (plays.empty()) return "";
  const Truth& first = plays.front();
  std::string text = absl::StrCat(SafeText(first.workload, style), ": ",
                                  SafeText(first.question, style), "\n");
  text += WrappedText("  promise:", SafeText(first.promise, style));
  if (!first.expected.empty())
    text += WrappedText("  expected:", SafeText(first.expected, style));
  if (first.parameters.size() > 2)  // not {}
    text += WrappedText("  parameters:", SafeText(first.parameters, style));
  std::map<Outcome, std::vector<std::string>> outcomes;
  for (const Truth& play : plays)
    outcomes[OutcomeOf(play, style)].push_back(SafeText(play.title, style));
  for (const auto& [outcome, titles] : outcomes) {
    std::string head = absl::StrFormat("  %-12s", outcome.verdict);
    if (!outcome.failure.empty()) absl::StrAppend(&head, outcome.failure, ":");
    text += Wrapped(head, WithCommas(titles));
    const std::string indent(kIndent, ' ');
    for (const std::string& note : outcome.notes)
      text += WrappedText(indent, note);
    for (const std::string& wait : outcome.chain)
      text += WrappedText(indent, wait);
  }
  return absl::StrCat(text, FigureLines(plays, style), "\n");
}

std::string PromiseTable(std::span<const Truth> truths,
                         const TextStyle& style) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const Truth*>> by_strategy;
  for (const Truth& truth : truths) {
    if (by_strategy[truth.title].empty()) order.push_back(truth.title);
    by_strategy[truth.title].push_back(&truth);
  }
  size_t width = 12;
  for (const std::string& title : order) width = std::max(width, title.size());
  std::string head = absl::StrFormat("%-*s", width, "strategy");
  for (const Promise& promise : kPromises)
    absl::StrAppendFormat(&head, " %-9s", promise.column);
  std::string text = Row(head);
  for (const std::string& title : order) {
    std::string row = absl::StrFormat("%-*s", width, SafeText(title, style));
    for (const Promise& promise : kPromises)
      absl::StrAppendFormat(&row, " %-9s",
                            PromiseCell(by_strategy[title], promise));
    text += Row(row);
  }
  return absl::StrCat(
      text,
      "\nkept N: promised, and held in N workloads; yes, no: promised or not, "
      "and not\ntested; no, fails: not promised, and seen to fail; no, held: "
      "not promised, and\nwent well here; -: of no use without being safe. A "
      "section may ...\nsleeps: sleep; recurses: be entered again while a "
      "writer waits; migrates: change\nCPUs; locked: begin under a lock; "
      "submits: KNOTE() runs in one.\n");
}

std::string DifferencesText(std::span<const Truth> truths,
                            const TextStyle& style) {
  std::string text;
  for (const Truth& truth : truths) {
    if (!truth.difference) continue;
    absl::StrAppend(
        &text, truth.title, " ", truth.verdict, " in ", truth.workload, ": ",
        truth.failure.empty() ? "a broken contract went unseen" : truth.failure,
        "\n");
  }
  if (text.empty()) return "\nEvery promise that was tested was kept.\n";
  return "\n" + SafeLines(text, style);
}

std::string PromiseReport(std::span<const Truth> truths,
                          const TextStyle& style) {
  if (truths.empty()) return "";
  std::vector<std::string> order;
  std::map<std::string, std::vector<Truth>> by_workload;
  for (const Truth& truth : truths) {
    if (by_workload[truth.workload].empty()) order.push_back(truth.workload);
    by_workload[truth.workload].push_back(truth);
  }
  std::string text;
  for (const std::string& workload : order)
    text += PlayText(by_workload[workload], style);
  return text + PromiseTable(truths, style) + DifferencesText(truths, style);
}

}  // namespace knotestat::dashboards

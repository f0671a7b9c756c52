// SPDX-License-Identifier: BSD-2-Clause
#include "cli/compare_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "analysis/load_titles.h"
#include "analysis/phrases.h"
#include "analysis/rounds.h"
#include "dashboards/load_names.h"
#include "dashboards/table.h"
#include "dashboards/units.h"

namespace knotestat::cli {
namespace {

using analysis::Change;
using analysis::Outcome;
using dashboards::Paint;

std::string WithSign(double value, const std::string& digits) {
  return value > 0 ? "+" + digits : digits;
}

// "+30.2 [-5.3, +78.7] us": in the unit and with the decimals of the largest
// end, beside which more of the others would say nothing.
std::string DifferenceOf(const record::Estimate& difference) {
  constexpr std::array<std::pair<double, const char*>, 4> kUnits = {
      {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  const double largest =
      std::max(std::fabs(difference.lo), std::fabs(difference.hi));
  const auto* unit =
      std::find_if(kUnits.begin(), kUnits.end() - 1,
                   [&](const auto& known) { return largest >= known.first; });
  const double size = largest / unit->first;
  const int decimals = size < 10 ? 2 : size < 100 ? 1 : 0;
  const auto number = [&](double ns) {
    return WithSign(ns, dashboards::Decimals(ns / unit->first, decimals));
  };
  return absl::StrCat(number(difference.median), " [", number(difference.lo),
                      ", ", number(difference.hi), "] ", unit->second);
}

std::string RelativeOf(const Change& change) {
  if (!change.relative) return "-";
  const double percent = 100 * *change.relative;
  const int decimals = std::fabs(percent) < 100 ? 1 : 0;
  return WithSign(percent, dashboards::Decimals(percent, decimals)) + " %";
}

// "scan, marginal", "scan, absolute" or "klist_fini p90".
std::string FigureOf(const Change& change) {
  if (change.path.empty())
    return absl::StrReplaceAll(change.figure, {{"_fini_", "_fini "}});
  return absl::StrCat(change.path, change.figure == "marginal_ns"
                                       ? ", marginal"
                                       : ", absolute");
}

// The floor is never a regression.
Paint PaintOf(const Change& change) {
  if (change.cell.strategy == analysis::kFloor) return Paint::kPlain;
  switch (change.outcome) {
    case Outcome::kBetter:
      return Paint::kGood;
    case Outcome::kWorse:
      return Paint::kBad;
    case Outcome::kSame:
    case Outcome::kCannotTell:
      break;
  }
  return Paint::kPlain;
}

// "2 CPUs", with processes and threads unless they are one for each CPU.
std::string CpusOf(const record::Cell& cell) {
  std::string text = analysis::CpuCount(cell.cpus);
  if (cell.threads != 1 || cell.processes != cell.cpus) {
    absl::StrAppend(&text, ", ", cell.processes,
                    cell.processes == 1 ? " process" : " processes", " of ",
                    cell.threads, cell.threads == 1 ? " thread" : " threads");
  }
  return text;
}

// "rwlock:klist, scan, 2 CPUs; hold_ns 5000".
std::string NameOf(const record::Cell& cell) {
  const std::string of = dashboards::TextOfParameters(cell.parameters);
  return absl::StrCat(cell.strategy, ":", cell.scope, ", ", cell.workload, ", ",
                      CpusOf(cell), of.empty() ? "" : "; " + of);
}

class View {
 public:
  View(const analysis::Comparison& comparison, size_t width,
       const dashboards::TextStyle& style)
      : comparison_(comparison), width_(width), style_(style) {
    for (const Change& change : comparison.changes) {
      workloads_[{change.cell.workload,
                  analysis::NormalParameters(change.cell)}]
          .push_back(&change);
    }
  }

  std::vector<std::string> Lines() {
    for (const std::string& warning : comparison_.warnings)
      AddText(warning, "! ", "  ");
    if (!comparison_.changes.empty()) AddSummary();
    for (const auto& [workload, changes] : workloads_) {
      lines_.emplace_back();
      AddWorkload(workload.first, workload.second, changes);
    }
    AddReasons();
    AddOnly("only before: ", comparison_.only_before);
    AddOnly("only after: ", comparison_.only_after);
    return std::move(lines_);
  }

 private:
  std::string Safe(std::string_view text) const {
    return dashboards::SafeText(text, style_);
  }

  void AddText(const std::string& text, std::string_view first,
               std::string_view indent) {
    for (std::string& line :
         dashboards::Wrap(Safe(text), width_, first, indent))
      lines_.push_back(std::move(line));
  }

  void AddSummary() {
    std::map<Outcome, size_t> counts;
    for (const Change& change : comparison_.changes) ++counts[change.outcome];
    std::vector<std::string> parts;
    for (const auto& [outcome, count] : counts)
      parts.push_back(absl::StrCat(count, " ", analysis::NameOf(outcome)));
    const size_t all = comparison_.changes.size();
    AddText(absl::StrCat(all, all == 1 ? " figure: " : " figures: ",
                         absl::StrJoin(parts, ", ")),
            "", "  ");
    if (3 * counts[Outcome::kCannotTell] > all) {
      AddText(
          "To tell more: measure both again with more launches (--launches) or "
          "for longer (--seconds).",
          "", "  ");
    }
  }

  void AddWorkload(const std::string& workload, const std::string& parameters,
                   const std::vector<const Change*>& changes) {
    const std::string of = dashboards::TextOfParameters(parameters);
    AddText(absl::StrCat(workload, " workload", of.empty() ? "" : ": " + of),
            "", "  ");
    dashboards::Table table(3);
    for (const char* head : {"strategy", "scope", "figure", "before", "after",
                             "difference [95 %]", "relative", "verdict"})
      table.Column(head);
    std::string cpus;
    for (const Change* change : changes) {
      if (cpus != CpusOf(change->cell)) {
        cpus = CpusOf(change->cell);
        table.Heading(cpus);
      }
      AddRow(*change, table);
    }
    for (std::string& line : table.Lines(width_, style_))
      lines_.push_back(std::move(line));
  }

  void AddRow(const Change& change, dashboards::Table& table) {
    const bool known = change.difference.has_value();
    table.Row({Safe(change.cell.strategy), Safe(change.cell.scope),
               Safe(FigureOf(change)),
               known ? dashboards::FormatNs(change.before) : "-",
               known ? dashboards::FormatNs(change.after) : "-",
               known ? DifferenceOf(*change.difference) : "-",
               known ? RelativeOf(change) : "-",
               analysis::NameOf(change.outcome) + NoteOf(change)},
              PaintOf(change));
  }

  // " [2]" where more has to be said than that the interval is wide.
  std::string NoteOf(const Change& change) {
    if (change.difference && change.unsteady.empty()) return "";
    auto known = std::find(reasons_.begin(), reasons_.end(), change.reason);
    if (known == reasons_.end())
      known = reasons_.insert(reasons_.end(), change.reason);
    return absl::StrCat(" [", known - reasons_.begin() + 1, "]");
  }

  void AddReasons() {
    if (!reasons_.empty()) lines_.emplace_back();
    for (size_t i = 0; i < reasons_.size(); ++i)
      AddText(reasons_[i], absl::StrCat("[", i + 1, "] "), "    ");
  }

  void AddOnly(const char* which, const std::vector<record::Cell>& cells) {
    if (!cells.empty() && !lines_.empty()) lines_.emplace_back();
    for (const record::Cell& cell : cells) AddText(NameOf(cell), which, "  ");
  }

  using Workload = std::pair<std::string, std::string>;  // name, parameters

  const analysis::Comparison& comparison_;
  size_t width_;
  const dashboards::TextStyle& style_;
  std::map<Workload, std::vector<const Change*>> workloads_;
  std::vector<std::string> reasons_;  // by the number of their note, from 1
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> LinesOf(const analysis::Comparison& comparison,
                                 size_t width,
                                 const dashboards::TextStyle& style) {
  return View(comparison, width, style).Lines();
}

namespace {

// What each change's load is called: the workload, and the parameters that tell
// loads apart that have it.
std::vector<std::string> TitlesOf(const std::vector<Change>& changes) {
  using Load = std::pair<std::string, std::string>;
  std::vector<Load> loads, of_any_size;
  std::map<Load, std::string> in_column;  // by load and CPUs
  bool sizes_vary = false;
  for (const Change& change : changes) {
    const std::string& workload = change.cell.workload;
    loads.emplace_back(workload, analysis::NormalParameters(change.cell));
    of_any_size.emplace_back(workload,
                             analysis::WithoutDevices(loads.back().second));
    const auto [seen, is_new] = in_column.try_emplace(
        {workload + "/" + CpusOf(change.cell), of_any_size.back().second},
        loads.back().second);
    sizes_vary = sizes_vary || seen->second != loads.back().second;
  }
  return analysis::LoadTitles(sizes_vary ? loads : of_any_size);
}

}  // namespace

dashboards::ComparisonTable TableOf(const analysis::Comparison& comparison) {
  dashboards::ComparisonTable table;
  table.warnings = comparison.warnings;
  table.head = {"Strategy", "Scope",  "Load",  "CPUs",
                "Figure",   "Before", "After", "Difference (95 %)",
                "Relative", "Verdict"};
  const std::vector<std::string> titles = TitlesOf(comparison.changes);
  for (size_t i = 0; i < titles.size(); ++i) {
    const Change& change = comparison.changes[i];
    const bool known = change.difference.has_value();
    const std::string verdict = analysis::NameOf(change.outcome);
    table.rows.push_back(
        {{change.cell.strategy, change.cell.scope, titles[i],
          CpusOf(change.cell), FigureOf(change),
          known ? dashboards::FormatNs(change.before) : "-",
          known ? dashboards::FormatNs(change.after) : "-",
          known ? DifferenceOf(*change.difference) : change.reason,
          known ? RelativeOf(change) : "-", verdict},
         verdict});
  }
  for (const record::Cell& cell : comparison.only_before)
    table.notes.push_back("Only before: " + NameOf(cell));
  for (const record::Cell& cell : comparison.only_after)
    table.notes.push_back("Only after: " + NameOf(cell));
  return table;
}

}  // namespace knotestat::cli

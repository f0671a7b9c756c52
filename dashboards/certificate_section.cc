// How far the measurement can be trusted: the end of the text report.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;
using record::Estimate;

// The sum over the cells that have the figure; absent if none has.
std::optional<double> Sum(const record::Figures& figures,
                          std::optional<double> record::Certificate::*figure) {
  std::optional<double> sum;
  for (const CellFigures& cell : figures.cells) {
    const std::optional<double>& value = cell.certificate.*figure;
    if (value.has_value()) sum = sum.value_or(0) + *value;
  }
  return sum;
}

// Cells of a group share their steal time: it is not to be summed.
std::optional<double> MostSteal(const record::Figures& figures) {
  std::optional<double> most;
  for (const CellFigures& cell : figures.cells) {
    const std::optional<double>& steal = cell.certificate.steal_ns;
    if (steal.has_value()) most = std::max(most.value_or(0), *steal);
  }
  return most;
}

std::string Slowdown(const record::Figures& figures) {
  const CellFigures* worst = nullptr;
  for (const CellFigures& cell : figures.cells) {
    if (!cell.certificate.slowdown.has_value()) continue;
    if (worst == nullptr || cell.certificate.slowdown->median >
                                worst->certificate.slowdown->median) {
      worst = &cell;
    }
  }
  if (worst == nullptr) return "- (not measured)";
  const record::Estimate& slowdown = *worst->certificate.slowdown;
  return "at most " + FormatPercent(slowdown.median) + " by the probes, " +
         "95 % interval " + FormatPercent(slowdown.lo) + " to " +
         FormatPercent(slowdown.hi) + " (" + NameOfCell(*worst) + ")";
}

// Whether time goes backwards from CPU to CPU.
std::string Skew(std::optional<double> skew_ns) {
  if (!skew_ns) return "";
  return *skew_ns == 0
             ? "; no CPU's clock is behind another's"
             : "; clocks of CPUs differ by up to " + FormatNs(*skew_ns);
}

// How often the CPUs were away, and what that means for who waits.
std::string Interruptions(const record::Figures& figures) {
  if (!figures.interruptions) return "";
  const record::Interruptions& seen = *figures.interruptions;
  if (seen.per_second == 0) return "none of over 1 us";
  return absl::StrFormat(
      "a CPU was away %.0f times a second, %.2f %% of its time, half of that "
      "for %s and more at once: who waits for a thread there waits as long",
      seen.per_second, 100 * seen.share, FormatNs(seen.half_ns));
}

// How fast the CPUs ran, and how steadily.
std::string Clock(const record::Figures& figures) {
  std::optional<Estimate> clock;
  for (const CellFigures& cell : figures.cells) {
    const auto& own = cell.certificate.clock_ghz;
    if (!own) continue;
    if (!clock) clock = own;
    clock->lo = std::min(clock->lo, own->lo);
    clock->hi = std::max(clock->hi, own->hi);
  }
  if (!clock) return "";
  return absl::StrFormat("%.2f GHz in the median round, from %.2f to %.2f",
                         clock->median, clock->lo, clock->hi);
}

// Each probe attached alone. No worst cell: each has it for a few rounds, and
// the worst of so many is the one that the machine disturbed most.
std::string OneByOne(const record::Figures& figures) {
  std::string text;
  for (const auto& [probe, of_run] : figures.slowdown_by_probe) {
    const Estimate& slowdown = of_run.slowdown;
    absl::StrAppend(&text, text.empty() ? "over all cells " : ", ",
                    FormatPercent(slowdown.median), " [",
                    FormatPercent(slowdown.lo), " to ",
                    FormatPercent(slowdown.hi), "] by ", probe,
                    of_run.launches == 1 ? " (one launch)" : "");
  }
  return text;
}

std::string Launches(const record::Figures& figures) {
  int fewest = 0, most = 0;
  for (const CellFigures& cell : figures.cells) {
    if (cell.launches == 0) continue;
    fewest = fewest == 0 ? cell.launches : std::min(fewest, cell.launches);
    most = std::max(most, cell.launches);
  }
  if (most == 0) return "";
  if (most == 1)
    return "1: intervals hold for that process only, another may have other "
           "costs";
  return absl::StrCat(fewest == most ? "" : absl::StrCat(fewest, " to "), most,
                      " of each group: intervals hold for any process");
}

// How many cells were steady, and which never were.
std::string SteadyState(const record::Figures& figures) {
  int measured = 0, warmed_up = 0;
  std::string never;
  for (const CellFigures& cell : figures.cells) {
    if (cell.state.verdict.empty()) continue;
    ++measured;
    warmed_up += cell.state.dropped_rounds > 0 ? 1 : 0;
    // A control is not ranked anyhow.
    if (!cell.not_ranked.empty() && cell.cell.group != "control")
      absl::StrAppend(&never, never.empty() ? "" : "; ", NameOfCell(cell), " (",
                      cell.state.verdict, ")");
  }
  if (measured == 0) return "";
  std::string text = absl::StrCat("warm-up dropped in ", warmed_up, " of ",
                                  measured, " cells");
  if (!never.empty()) absl::StrAppend(&text, "; not ranked: ", never);
  return text;
}

// The path that its threads shared least evenly.
std::string LeastFair(const record::Figures& figures) {
  const CellFigures* worst = nullptr;
  const record::Fairness* least = nullptr;
  for (const CellFigures& cell : figures.cells) {
    for (const auto& [path, values] : cell.paths) {
      if (!values.fairness) continue;
      if (least == nullptr ||
          values.fairness->min_over_max.median < least->min_over_max.median) {
        least = &*values.fairness;
        worst = &cell;
      }
    }
  }
  if (least == nullptr) return "";
  return absl::StrFormat(
      "least even: the slowest thread does %.0f %% of the fastest's, Jain's "
      "index %.3f (%s)",
      100 * least->min_over_max.median, least->jain.median, NameOfCell(*worst));
}

}  // namespace

TextLines CertificateSection(const record::Figures& figures, const Page& page) {
  using record::Certificate;
  const auto count = [&](std::optional<double> Certificate::*figure) {
    const std::optional<double> sum = Sum(figures, figure);
    return sum.has_value() ? FormatCount(*sum) : "-";
  };
  TextLines lines;
  AddLine(&lines, "slowdown", Slowdown(figures), page);
  AddLine(&lines, "one by one", OneByOne(figures), page);
  AddLine(&lines, "launches", Launches(figures), page);
  AddLine(&lines, "steady state", SteadyState(figures), page);
  AddLine(&lines, "fairness", LeastFair(figures), page);
  AddLine(&lines, "timer",
          "quantum " + FormatNs(figures.context.timer_quantum_ns) +
              ", one timed bracket costs " +
              FormatNs(figures.context.timer_cost_ns) +
              Skew(figures.context.timer_skew_ns),
          page);
  AddLine(&lines, "CPU clock", Clock(figures), page);
  AddLine(&lines, "interruptions", Interruptions(figures), page);
  AddLine(&lines, "disturbance",
          "steal time " + FormatNs(MostSteal(figures)) +
              " at most while a group of cells ran, involuntary switches " +
              count(&Certificate::involuntary_switches) + " in all mean blocks",
          page);
  AddLine(&lines, "events lost", count(&Certificate::events_lost), page);
  return lines;
}

}  // namespace knotestat::dashboards

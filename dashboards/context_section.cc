// What was run, what follows from it and how far it can be trusted: the frame
// of the text report. SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;

constexpr size_t kLabelWidth = 16;

// "  label        text", continued below the text.
void AddLine(TextLines* lines, const std::string& label,
             const std::string& text, const Page& page) {
  if (text.empty()) return;
  const TextLines wrapped =
      Wrap(SafeName(text, page), page.width,
           PadRight("  " + label, kLabelWidth), std::string(kLabelWidth, ' '));
  lines->insert(lines->end(), wrapped.begin(), wrapped.end());
}

Paint PaintOf(Ruling ruling) {
  switch (ruling) {
    case Ruling::kRecommended:
      return Paint::kGood;
    case Ruling::kFront:
      return Paint::kBold;
    default:
      return Paint::kPlain;
  }
}

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

std::string Name(const CellFigures& cell) {
  return cell.cell.strategy + " " + cell.cell.scope + ", " +
         cell.cell.workload + ", " + std::to_string(cell.cell.cpus) +
         (cell.cell.cpus == 1 ? " CPU" : " CPUs");
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
         FormatPercent(slowdown.hi) + " (" + Name(*worst) + ")";
}

// Whether time goes backwards from CPU to CPU.
std::string Skew(std::optional<double> skew_ns) {
  if (!skew_ns) return "";
  return *skew_ns == 0
             ? "; no CPU's clock is behind another's"
             : "; clocks of CPUs differ by up to " + FormatNs(*skew_ns);
}

}  // namespace

std::string SafeName(const std::string& name, const Page& page) {
  return SafeText(name, page.style);
}

TextLines ContextSection(const record::Figures& figures, const Page& page) {
  const record::Context& context = figures.context;
  TextLines lines;
  AddLine(&lines, "machine",
          context.host + ", " + std::to_string(context.cpus) + " x " +
              (context.cpu_model.empty() ? "unknown CPU" : context.cpu_model) +
              ", Linux " + context.kernel,
          page);
  AddLine(&lines, "command", context.command_line, page);
  AddLine(&lines, "run",
          context.started_at + ", seed " + std::to_string(context.seed) + ", " +
              (context.build.empty() ? "unknown build" : context.build),
          page);
  AddLine(&lines, "eBPF",
          context.bpf ? "attached"
                      : "not attached: " + (context.bpf_reason.empty()
                                                ? "no reason recorded"
                                                : context.bpf_reason),
          page);
  if (!figures.finished) {
    AddLine(&lines, "INCOMPLETE",
            "the run is still going on or was stopped; these are its figures "
            "so far.",
            page);
  }
  return lines;
}

TextLines ChoiceSection(const Choice& choice, const Page& page) {
  TextLines lines;
  const TextLines headline =
      Wrap(SafeName(choice.headline.empty()
                        ? "No recommendation can be made from this run."
                        : choice.headline,
                    page),
           page.width, "  ", "  ");
  for (const std::string& line : headline) {
    lines.push_back(
        Painted(line, choice.headline.empty() ? Paint::kBold : Paint::kGood,
                page.style));
  }
  if (!choice.confidence.empty()) {
    const TextLines sure =
        Wrap(SafeName("How sure: " + choice.confidence, page), page.width, "  ",
             "  ");
    lines.insert(lines.end(), sure.begin(), sure.end());
  }
  std::string workload;
  for (const Verdict& verdict : choice.verdicts) {
    if (verdict.workload != workload || &verdict == &choice.verdicts.front()) {
      workload = verdict.workload;
      lines.push_back("");
      lines.push_back(Shorten("  for " + SafeName(workload, page), page.width));
    }
    const std::string name = verdict.scope.empty()
                                 ? verdict.strategy
                                 : verdict.strategy + " " + verdict.scope;
    const TextLines reason =
        Wrap(SafeName(name + ": " + verdict.reason, page), page.width,
             PadRight(std::string("    ") + RulingName(verdict.ruling), 17),
             std::string(17, ' '));
    for (const std::string& line : reason) {
      lines.push_back(Painted(line, PaintOf(verdict.ruling), page.style));
    }
  }
  return lines;
}

TextLines RefusedSection(const record::Figures& figures, const Page& page) {
  TextLines lines;
  for (const CellFigures& cell : figures.cells) {
    if (cell.cell.refused.empty()) continue;
    const TextLines reason =
        Wrap(SafeName(Name(cell) + ": " + cell.cell.refused, page), page.width,
             "  ", "    ");
    lines.insert(lines.end(), reason.begin(), reason.end());
  }
  return lines;
}

TextLines CertificateSection(const record::Figures& figures, const Page& page) {
  using record::Certificate;
  const auto count = [&](std::optional<double> Certificate::*figure) {
    const std::optional<double> sum = Sum(figures, figure);
    return sum.has_value() ? FormatCount(*sum) : "-";
  };
  TextLines lines;
  AddLine(&lines, "slowdown", Slowdown(figures), page);
  AddLine(&lines, "timer",
          "quantum " + FormatNs(figures.context.timer_quantum_ns) +
              ", one timed bracket costs " +
              FormatNs(figures.context.timer_cost_ns) +
              Skew(figures.context.timer_skew_ns),
          page);
  AddLine(&lines, "disturbance",
          "steal time " + FormatNs(MostSteal(figures)) +
              " at most while a group of cells ran, involuntary switches " +
              count(&Certificate::involuntary_switches) + " in all mean blocks",
          page);
  AddLine(&lines, "events lost", count(&Certificate::events_lost), page);
  return lines;
}

}  // namespace knotestat::dashboards

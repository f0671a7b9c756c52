// What was run and what follows from it: the frame of the text report.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;

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

}  // namespace

std::string SafeName(const std::string& name, const Page& page) {
  return SafeText(name, page.style);
}

void Append(TextLines* lines, const TextLines& more) {
  lines->insert(lines->end(), more.begin(), more.end());
}

void AddLine(TextLines* lines, const std::string& label,
             const std::string& text, const Page& page) {
  constexpr size_t kLabelWidth = 16;
  if (text.empty()) return;
  const TextLines wrapped =
      Wrap(SafeName(text, page), page.width,
           PadRight("  " + label, kLabelWidth), std::string(kLabelWidth, ' '));
  lines->insert(lines->end(), wrapped.begin(), wrapped.end());
}

std::string NameOfCell(const CellFigures& cell) {
  return cell.cell.strategy + " " + cell.cell.scope + ", " +
         cell.cell.workload + ", " + std::to_string(cell.cell.cpus) +
         (cell.cell.cpus == 1 ? " CPU" : " CPUs");
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
  const Load* load = nullptr;
  for (const Verdict& verdict : choice.verdicts) {
    if (load == nullptr || verdict.load.workload != load->workload ||
        verdict.load.parameters != load->parameters) {
      load = &verdict.load;
      lines.push_back("");
      const TextLines heading =
          Wrap("for " + SafeName(load->title, page), page.width, "  ", "    ");
      lines.insert(lines.end(), heading.begin(), heading.end());
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
        Wrap(SafeName(NameOfCell(cell) + ": " + cell.cell.refused, page),
             page.width, "  ", "    ");
    lines.insert(lines.end(), reason.begin(), reason.end());
  }
  return lines;
}

}  // namespace knotestat::dashboards

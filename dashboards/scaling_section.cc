// How costs grow with the CPUs, in the text report.
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <set>

#include "dashboards/table.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::Scaling;
using record::ScalingFit;
using record::ScalingWarning;

struct Mark {
  ScalingWarning warning;
  const char* letter;
  const char* meaning;
};
constexpr Mark kMarks[] = {
    {ScalingWarning::kMissesPoint, "a",
     "it misses a measured point by more than 25 %: the curve has another "
     "shape"},
    {ScalingWarning::kModelsDisagree, "b",
     "the two models, fitted to the same points, differ by more than 25 % at "
     "twice the measured CPUs"},
    {ScalingWarning::kWideInterval, "c",
     "its 95 % interval at twice the measured CPUs is wider than a factor of "
     "2"},
};

std::string UpTo(const ScalingFit& fit, std::set<ScalingWarning>* used) {
  std::string text = std::to_string(fit.valid_to_cpus);
  for (const Mark& mark : kMarks) {
    if (std::find(fit.warnings.begin(), fit.warnings.end(), mark.warning) ==
        fit.warnings.end())
      continue;
    text += text.find(' ') == std::string::npos ? " " : "";
    text += mark.letter;
    used->insert(mark.warning);
  }
  return text;
}

// "46.5 +-1.25": the further end of the interval.
std::string Interval(const record::Estimate& estimate, const TextStyle& style) {
  const double half =
      std::max(estimate.hi - estimate.median, estimate.median - estimate.lo);
  return ThreeDigits(estimate.median) + (style.unicode ? " ±" : " +-") +
         ThreeDigits(half);
}

// The last `parameters` of a fit (what a CPU costs the others), its residual
// and its bound.
void AddFit(const Scaling& scaling, const std::string& model, size_t parameters,
            const Page& page, std::vector<std::string>* values,
            std::set<ScalingWarning>* used) {
  const auto fit =
      std::find_if(scaling.fits.begin(), scaling.fits.end(),
                   [&](const ScalingFit& one) { return one.model == model; });
  if (fit == scaling.fits.end() || !fit->refused.empty()) {
    values->resize(values->size() + parameters + 2, "-");
    return;
  }
  for (size_t i = fit->parameters.size() - parameters;
       i < fit->parameters.size(); ++i)
    values->push_back(Interval(fit->parameters[i].estimate, page.style));
  values->push_back(Decimals(100 * fit->worst_residual, 0) + "%");
  values->push_back(UpTo(*fit, used));
}

// "scan with hold_ns 5000, scan path, 1 to 16 CPUs".
std::string HeadingOf(const Scaling& scaling) {
  return scaling.load + ", " + scaling.path + " path, " +
         std::to_string(scaling.cpus.front()) + " to " +
         std::to_string(scaling.cpus.back()) + " CPUs";
}

// What was fitted, by heading: cells that were left out make a strategy's range
// of CPUs another one.
std::vector<std::pair<std::string, std::vector<const Scaling*>>> ByHeading(
    const record::Figures& figures) {
  std::vector<std::pair<std::string, std::vector<const Scaling*>>> groups;
  for (const Scaling& scaling : figures.scaling) {
    if (!scaling.refused.empty()) continue;
    const std::string heading = HeadingOf(scaling);
    auto group =
        std::find_if(groups.begin(), groups.end(),
                     [&](const auto& known) { return known.first == heading; });
    if (group == groups.end()) group = groups.insert(group, {heading, {}});
    group->second.push_back(&scaling);
  }
  return groups;
}

TextLines FitTable(const record::Figures& figures, const Page& page) {
  constexpr char kUsl[] = "USL", kQueue[] = "queue";
  Table table(2);
  for (const char* head : {"strategy", "scope"}) table.Column(head);
  for (const char* head : {"alpha", "beta", "misses", "up to"})
    table.Column(head, kUsl);
  for (const char* head : {"private ns", "service ns", "misses", "up to"})
    table.Column(head, kQueue);
  std::set<ScalingWarning> used;
  for (const auto& [heading, scalings] : ByHeading(figures)) {
    table.Heading(SafeName(heading, page));
    for (const Scaling* scaling : scalings) {
      std::vector<std::string> values = {SafeName(scaling->strategy, page),
                                         SafeName(scaling->scope, page)};
      AddFit(*scaling, "usl", 2, page, &values, &used);
      AddFit(*scaling, "queue", 2, page, &values, &used);
      table.Row(std::move(values));
    }
  }
  TextLines lines = table.Lines(page.width, page.style);
  for (const Mark& mark : kMarks) {
    if (!used.contains(mark.warning)) continue;
    Append(&lines, Wrap(std::string(mark.letter) +
                            ": not beyond the measured CPUs, because " +
                            mark.meaning + ".",
                        page.width, "  ", "     "));
  }
  return lines;
}

}  // namespace

TextLines ScalingSection(const record::Figures& figures, const Page& page) {
  if (figures.scaling.empty()) return {};
  const auto fitted = std::find_if(
      figures.scaling.begin(), figures.scaling.end(),
      [](const Scaling& scaling) { return scaling.refused.empty(); });
  if (fitted == figures.scaling.end()) {
    return Wrap("No fit: " + figures.scaling.front().refused + ".", page.width,
                "  ", "  ");
  }
  TextLines lines = Wrap(
      "Fits to the ns per operation: the Universal Scalability Law (alpha: "
      "waiting in line, beta: crosstalk) and a queue (private + service x (N - "
      "1) ns at N CPUs). \"misses\": the worst of the measured points. \"up "
      "to\": no statement about more CPUs.",
      page.width, "  ", "  ");
  Append(&lines, FitTable(figures, page));
  return lines;
}

}  // namespace knotestat::dashboards

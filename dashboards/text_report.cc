// A run as text. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/text_report.h"

#include <algorithm>

#include "dashboards/cell_grid.h"
#include "dashboards/load_names.h"
#include "dashboards/promise_report.h"
#include "dashboards/text_sections.h"

namespace knotestat::dashboards {
namespace {

class Report {
 public:
  explicit Report(const Page& page) : page_(page) {}

  void Title(const std::string& text) {
    if (!text_.empty()) text_ += '\n';
    Line(Painted(Shorten(SafeText(text, page_.style), page_.width),
                 Paint::kBold, page_.style));
  }
  void Add(TextLines lines) {
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (const std::string& line : lines) Line(line);
  }
  void Gap() { text_ += '\n'; }
  void Text(const std::string& lines) { text_ += lines; }
  std::string Take() { return std::move(text_); }

 private:
  void Line(const std::string& line) { text_.append(line).append("\n"); }

  const Page& page_;
  std::string text_;
};

std::string RecommendedFor(const Choice& choice, const CellGrid& grid) {
  for (const Verdict& verdict : choice.verdicts) {
    if (verdict.ruling == Ruling::kRecommended &&
        IsOf(verdict.load, grid.workload, grid.parameters)) {
      return verdict.strategy;
    }
  }
  return {};
}

void AddGrid(const CellGrid& grid, const Choice& choice,
             const TextOptions& options, const BucketsOfCells& sampled,
             const Page& page, Report* report) {
  report->Title("WORKLOAD " + grid.workload);
  const std::string parameters = TextOfParameters(grid.parameters);
  if (!parameters.empty()) {
    report->Add(Wrap(SafeText(parameters, page.style), page.width, "  ", "  "));
  }
  for (TextLines lines :
       {ReaderSection(grid, page), OperationsSection(grid, sampled, page),
        WriterSection(grid, page),
        DistributionSection(grid, options.detaches,
                            RecommendedFor(choice, grid), page)}) {
    if (lines.empty()) continue;
    report->Gap();
    report->Add(std::move(lines));
  }
}

}  // namespace

std::string TextReport(const record::Figures& figures, const Choice& choice,
                       const TextOptions& options) {
  Page page;
  page.width = static_cast<size_t>(std::max(options.width, 40));
  page.style = {options.color, options.unicode};
  Report report(page);
  report.Title("KNOTESTAT");
  report.Add(ContextSection(figures, page));
  if (!figures.truths.empty()) {
    report.Title("PROMISES");
    report.Text(PromiseReport(figures.truths, page.style));
  }
  if (figures.cells.empty() && !figures.truths.empty()) return report.Take();
  if (figures.cells.empty()) {
    report.Title("NOTHING WAS MEASURED");
    report.Add(
        Wrap("This result holds no cells: the run ended before its "
             "first one.",
             page.width, "  ", "  "));
    return report.Take();
  }
  report.Title("RECOMMENDATION");
  report.Add(ChoiceSection(choice, page));
  const BucketsOfCells sampled = SampledBuckets(options.buckets);
  for (const CellGrid& grid : MakeGrids(figures)) {
    AddGrid(grid, choice, options, sampled, page, &report);
  }
  const TextLines scaling = ScalingSection(figures, page);
  if (!scaling.empty()) {
    report.Title("SCALING");
    report.Add(scaling);
  }
  const TextLines refused = RefusedSection(figures, page);
  if (!refused.empty()) {
    report.Title("NOT MEASURED");
    report.Add(refused);
  }
  report.Title("CERTIFICATE");
  report.Add(CertificateSection(figures, page));
  return report.Take();
}

}  // namespace knotestat::dashboards

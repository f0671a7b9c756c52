// Writes a report of a synthetic run, for the browser test and for people who
// work on the reports: make_sample_report SAMPLE FORMAT FILE, where SAMPLE is
// full, hostile, empty, bare, one, 5000 or 50000 (cells), or damaged (no run,
// but why there is none), and FORMAT one of `report --format`, or ascii, color,
// or one of `flame --format` after "flame-".
// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "analysis/flame/folded.h"
#include "analysis/flame/format.h"
#include "dashboards/format.h"
#include "dashboards/html_report.h"
#include "dashboards/text_report.h"
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

int Fail(const std::string& message) {
  std::fprintf(stderr, "make_sample_report: %s\n", message.c_str());
  return 1;
}

absl::StatusOr<std::string> Flame(const Sample& sample,
                                  const std::string& name) {
  const flame::Format* format = flame::FindFormat(name);
  if (format == nullptr) return absl::NotFoundError("no flame-" + name);
  flame::Selection selection;
  selection.strategy_root = true;
  const absl::StatusOr<flame::StackTree> tree =
      flame::SelectStacks(sample.run, selection);
  if (!tree.ok()) return tree.status();
  flame::Graph graph{*tree};
  graph.title = "on-CPU, " + sample.run.context.host;
  graph.why_empty = flame::WhyEmpty(sample.run, selection);
  return format->write(graph);
}

absl::StatusOr<std::string> Make(const Sample& sample,
                                 const std::string& format) {
  constexpr std::string_view kFlame = "flame-";
  if (format.starts_with(kFlame))
    return Flame(sample, format.substr(kFlame.size()));
  if (const Format* known = FindFormat(format);
      known != nullptr && format != "text")
    return known->write({sample.run, sample.figures, sample.choice, {}});
  TextOptions options;
  options.unicode = format == "text";
  options.color = format == "color";
  options.detaches = sample.run.rows.detaches;
  options.buckets = sample.run.rows.buckets;
  return TextReport(sample.figures, sample.choice, options);
}

int Main(int argc, char** argv) {
  const std::map<std::string, std::function<Sample()>> kSamples = {
      {"full", FullSample},
      {"hostile", HostileSample},
      {"empty", EmptySample},
      {"bare", BareSample},
      {"one", OneCellSample},
      {"5000", [] { return ManySample(5000); }},
      {"50000", [] { return ManySample(50000); }}};
  if (argc != 4) return Fail("expected a sample, a format and a file");
  const auto sample = kSamples.find(argv[1]);
  const bool damaged = std::string(argv[1]) == "damaged";
  if (sample == kSamples.end() && !damaged)
    return Fail("no sample " + std::string(argv[1]));
  const absl::StatusOr<std::string> report =
      damaged ? HtmlWithoutRun("x.db: truncated or damaged (<img src=x>)")
              : Make(sample->second(), argv[2]);
  if (!report.ok()) return Fail(report.status().ToString());
  std::ofstream file(argv[3], std::ios::binary);
  file << *report;
  file.close();
  return file.good() ? 0 : Fail("cannot write " + std::string(argv[3]));
}

}  // namespace
}  // namespace knotestat::dashboards

int main(int argc, char** argv) {
  return knotestat::dashboards::Main(argc, argv);
}

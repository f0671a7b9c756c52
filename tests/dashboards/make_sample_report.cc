// Writes a report of a synthetic run, for the browser test and for people who
// work on the reports: make_sample_report SAMPLE FORMAT FILE, where SAMPLE is
// full, hostile, empty, bare, one, loads, truth, 5000 or 50000 (cells), or
// damaged (no run, but why there is none), and FORMAT one of `report --format`,
// or ascii, color, or one of `flame --format` after "flame-". With that, SAMPLE
// may also be deep (a stack of 1,000 frames) or distinct (8,192 stacks of 30).
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "analysis/flame/folded.h"
#include "analysis/flame/format.h"
#include "analysis/flame/selection.h"
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

// `stacks` folded stacks of `depth` frames: 16 that differ in the first frame,
// each of those 16 that differ in the second, and so on.
std::string ManyFrames(int stacks, int depth) {
  std::string folded;
  for (int stack = 0; stack < stacks; ++stack) {
    int shared = stacks;
    for (int frame = 0; frame < depth; ++frame) {
      shared = std::max(1, shared / 16);
      if (frame > 0) folded += ';';
      folded += stacks == 1 ? "f" + std::to_string(frame)
                            : "r" + std::to_string(frame) + "_" +
                                  std::to_string(stack / shared);
    }
    folded += " 1\n";
  }
  return folded;
}

absl::StatusOr<std::string> FlameOf(const std::string& folded,
                                    const std::string& name) {
  const flame::Format* format = flame::FindFormat(name);
  if (format == nullptr) return absl::NotFoundError("no flame-" + name);
  const absl::StatusOr<flame::StackTree> tree = flame::ParseFolded(folded);
  if (!tree.ok()) return tree.status();
  return format->write(flame::Graph{*tree});
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
      {"loads", TwoLoadsSample},
      {"truth", TruthSample},
      {"5000", [] { return ManySample(5000); }},
      {"50000", [] { return ManySample(50000); }}};
  if (argc != 4) return Fail("expected a sample, a format and a file");
  const std::string name = argv[1];
  const std::string format = argv[2];
  const auto sample = kSamples.find(name);
  absl::StatusOr<std::string> report = absl::NotFoundError("no sample " + name);
  if (name == "damaged") {
    report = HtmlWithoutRun("x.db: truncated or damaged (<img src=x>)");
  } else if (name == "deep" && format == "flame-html") {
    report = FlameOf(ManyFrames(1, 1000), "html");
  } else if (name == "distinct" && format == "flame-html") {
    report = FlameOf(ManyFrames(8192, 30), "html");
  } else if (sample != kSamples.end()) {
    report = Make(sample->second(), format);
  }
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

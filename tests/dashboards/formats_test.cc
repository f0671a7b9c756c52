// Every format of every sample: well formed, or one clear sentence.
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dashboards/format.h"
#include "dashboards/hdr_histogram.h"
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

absl::StatusOr<std::string> As(const std::string& name, const Sample& sample,
                               std::vector<record::Repetitions> rounds = {}) {
  const Format* format = FindFormat(name);
  if (format == nullptr) return absl::NotFoundError(name);
  return format->write({sample.run, sample.figures, sample.choice, rounds});
}

TEST(Formats, FindThemselves) {
  std::vector<std::string> names;
  for (const Format& format : Formats()) {
    names.push_back(format.name);
    EXPECT_NE(format.summary, "") << format.name;
  }
  EXPECT_THAT(names, ElementsAre("csv", "google-benchmark", "hdr", "hdr-log",
                                 "html", "json", "lockstat", "lockstat-solaris",
                                 "openmetrics", "text", "waits", "waits-json"));
  EXPECT_EQ(FindFormat("lokstat"), nullptr);
}

TEST(Formats, SayInOneSentenceWhatIsMissing) {
  for (const Sample& sample : {EmptySample(), BareSample()}) {
    for (const Format& format : Formats()) {
      const auto document = As(format.name, sample);
      if (document.ok()) {
        EXPECT_NE(*document, "") << format.name;
        continue;
      }
      EXPECT_EQ(document.status().code(), absl::StatusCode::kFailedPrecondition)
          << format.name;
      EXPECT_THAT(std::string(document.status().message()),
                  AllOf(HasSubstr("this result"), Not(HasSubstr("\n"))));
    }
  }
  for (const char* name : {"hdr", "hdr-log", "lockstat", "google-benchmark"})
    EXPECT_FALSE(As(name, EmptySample()).ok()) << name;
}

record::CellFigures& Cell(Sample* sample, const std::string& strategy) {
  for (auto& cell : sample->figures.cells) {
    if (cell.cell.strategy == strategy) return cell;
  }
  return sample->figures.cells.front();
}

// Waits of one rwlock: 3 by a writer, 1 by a waiting one, and 2 of a mutex.
Sample Waits() {
  Sample sample = FullSample();
  for (auto& cell : sample.figures.cells) cell.counters.clear();
  auto& rwlock = Cell(&sample, "rwlock").counters;
  rwlock["bpf.writer_waiting.count"] = 5;
  rwlock["bpf.writer_waiting.sum_ns"] = 2'500'000;
  rwlock["bpf.reader_blocked.count"] = 4;
  rwlock["bpf.reader_blocked.sum_ns"] = 4'000'000;
  rwlock["bpf.reader_blocked.by_writer.count"] = 3;
  rwlock["bpf.reader_blocked.by_writer.sum_ns"] = 1'000'000;
  rwlock["bpf.reader_blocked.by_waiting_writer.count"] = 1;
  rwlock["bpf.reader_blocked.by_waiting_writer.sum_ns"] = 3'000'000;
  auto& mutex = Cell(&sample, "knote_mutex").counters;
  mutex["bpf.writer_waiting.count"] = 15;
  mutex["bpf.writer_waiting.sum_ns"] = 7'500'000;
  mutex["bpf.reader_blocked.count"] = 2;
  mutex["bpf.reader_blocked.sum_ns"] = 500'000;
  return sample;
}

TEST(Lockstat, HasItsColumnsAndClasses) {
  const auto text = As("lockstat", Waits());
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(
      *text,
      AllOf(HasSubstr("Total%    Count      Time/ms Lock                   "
                      "Caller\n"),
            HasSubstr("-- Writer blocked by writer\n\n   none"),
            HasSubstr("-- Writer blocked by readers\n"),
            HasSubstr("100.00       20        10.00 <all>"),
            HasSubstr(" 75.00       15         7.50 knote_mutex:knote      "
                      "klist_fini (submit, 1 CPU)\n"),
            HasSubstr(" 25.00        5         2.50 rwlock:global"),
            HasSubstr("-- Reader blocked by writer\n"),
            HasSubstr("100.00        3         1.00 rwlock:global          "
                      "filterops (submit, 1 CPU)\n"),
            HasSubstr("-- Reader blocked by waiting writer\n"),
            HasSubstr("100.00        1         3.00 rwlock:global"),
            HasSubstr("which its lock cannot tell"),
            HasSubstr("100.00        2         0.50 knote_mutex:knote")));
}

TEST(Lockstat, SolarisColumns) {
  const auto text = As("lockstat-solaris", Waits());
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(
      *text,
      AllOf(HasSubstr("   Count indv cuml rcnt         nsec Lock"),
            HasSubstr("      15  75%  75% 1.00       500000 knote_mutex:knote"),
            HasSubstr("       5  25% 100% 1.00       500000 rwlock:global"),
            HasSubstr("       3 100% 100%    -       333333 rwlock:global")));
}

TEST(Lockstat, LeavesOutWhatTheCertificateRefused) {
  Sample sample = Waits();
  Cell(&sample, "rwlock").counters["refused_by_certificate"] = 1;
  const auto text = As("lockstat", sample);
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(*text, AllOf(HasSubstr("Left out"),
                           HasSubstr("rwlock:global, load (submit, 1 CPU)"),
                           Not(HasSubstr("2.50 rwlock:global"))));
}

TEST(GoogleBenchmark, HasTheAggregatesOfItsRepetitions) {
  const Sample sample = FullSample();
  const int id = sample.figures.cells[1].cell.id;
  const auto text =
      As("google-benchmark", sample,
         {{id, "submit", {{4, 1000}, {8, 1000}, {6, 1000}, {6, 1000}}}});
  ASSERT_TRUE(text.ok());
  const auto document = nlohmann::json::parse(*text);
  EXPECT_EQ(document["context"]["host_name"], "sample-host");
  const auto& entries = document["benchmarks"];
  ASSERT_EQ(entries.size(), 8u);
  EXPECT_EQ(entries[1]["real_time"], 8);
  EXPECT_EQ(entries[1]["repetition_index"], 1);
  EXPECT_EQ(entries[4]["name"],
            "submit/none:global/cpus:2/processes:1/threads:2/submit_mean");
  EXPECT_EQ(entries[4]["real_time"], 6);
  EXPECT_EQ(entries[5]["real_time"], 6);
  EXPECT_NEAR(entries[6]["real_time"].get<double>(), std::sqrt(8.0 / 3), 1e-12);
  EXPECT_NEAR(entries[7]["real_time"].get<double>(), std::sqrt(8.0 / 3) / 6,
              1e-12);
}

TEST(OpenMetrics, EndsAndEscapes) {
  const auto plain = As("openmetrics", FullSample());
  ASSERT_TRUE(plain.ok());
  EXPECT_THAT(*plain,
              AllOf(EndsWith("\n# EOF\n"),
                    HasSubstr("# TYPE knotestat_operation_seconds gauge\n"
                              "# UNIT knotestat_operation_seconds seconds\n"
                              "# HELP knotestat_operation_seconds "),
                    HasSubstr("knotestat_klist_fini_seconds_bucket{strategy="
                              "\"none\",scope=\"global\",workload=\"submit\","
                              "cpus=\"1\",processes=\"1\",threads=\"1\","
                              "le=\"+Inf\"} 300\n")));
  const auto hostile = As("openmetrics", HostileSample());
  ASSERT_TRUE(hostile.ok());
  EXPECT_THAT(*hostile, HasSubstr("onerror=\\\"window.injected=2\\\""));
  EXPECT_THAT(*hostile, Not(HasSubstr("\x1b")));
  EXPECT_THAT(As("openmetrics", EmptySample()).value(), EndsWith("# EOF\n"));
}

TEST(OpenMetrics, SaysWhatIsNotRanked) {
  Sample sample = FullSample();
  EXPECT_THAT(As("openmetrics", sample).value(), Not(HasSubstr("not_ranked")));
  Cell(&sample, "rwlock").not_ranked = "no \"steady\" state";
  EXPECT_THAT(As("openmetrics", sample).value(),
              HasSubstr(",not_ranked=\"no \\\"steady\\\" state\"} 1\n"));
}

TEST(HdrHistogram, SpreadsABucketAsItsQuantilesDo) {
  HdrHistogram histogram;
  histogram.RecordEvenly(4096, 8192, 1000, 8000);
  EXPECT_EQ(histogram.count(), 1000u);
  EXPECT_EQ(histogram.max(), 8000u);
  HdrHistogram narrow;
  narrow.RecordEvenly(7, 8, 5, std::nullopt);
  EXPECT_EQ(narrow.max(), 7u);
  EXPECT_EQ(narrow.count(), 5u);
  HdrHistogram one;
  one.RecordEvenly(1 << 20, 1 << 21, 1, (1 << 20) + 5);
  EXPECT_EQ(one.max(), (1u << 20) + 5);
  EXPECT_EQ(one.count(), 1u);
}

TEST(HdrHistogram, CountsInItsHeader) {
  HdrHistogram empty;
  EXPECT_THAT(empty.PercentileText(),
              HasSubstr("Total count    =            0"));
  const auto counts = empty.CompressedBase64();
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->substr(0, 7), "HISTFAA");
}

}  // namespace
}  // namespace knotestat::dashboards

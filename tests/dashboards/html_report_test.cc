// The HTML report as text; browser/ opens it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/escaping.h"
#include "dashboards/report_assets.h"
#include "dashboards/report_data.h"
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

std::string Page(const Sample& sample) {
  absl::StatusOr<std::string> page =
      HtmlReport(sample.run, sample.figures, sample.choice);
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? *page : "";
}

nlohmann::json EmbeddedData(const std::string& page) {
  const std::string open =
      "<script type=\"application/zlib+base64\" id=\"data\">";
  const size_t from = page.find(open) + open.size();
  std::string packed;
  EXPECT_TRUE(absl::Base64Unescape(
      page.substr(from, page.find("</script>", from) - from), &packed));
  std::string text;
  text.resize(64'000'000);
  uLongf size = text.size();
  EXPECT_EQ(
      uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                 reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
      Z_OK);
  return nlohmann::json::parse(text.substr(0, size));
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

// What a shell prints, without the line end.
std::string Output(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) {
    if (c != '\n') text += static_cast<char>(c);
  }
  pclose(pipe);
  return text;
}

TEST(HtmlReport, CarriesTheJsonOfTheRun) {
  const Sample sample = FullSample();
  const nlohmann::json data = EmbeddedData(Page(sample));
  nlohmann::json shown = record::ToJson(sample.figures);
  for (nlohmann::json& cell : shown["cells"]) {
    for (auto& [name, path] : cell["paths"].items()) {
      EXPECT_EQ(path.erase("cycles_per_op"), 1u);  // not shown
      path.erase("marginal_cycles");
    }
  }
  EXPECT_EQ(data["figures"], shown);
  EXPECT_EQ(data["ccdf"].size(), sample.figures.cells.size());
  EXPECT_EQ(data["stacks"].size(), sample.run.rows.stacks.size());
  EXPECT_EQ(data["choice"]["verdicts"].size(), sample.choice.verdicts.size());
}

TEST(HtmlReport, AddsUpTheThreadsOfAStack) {
  Sample sample = FullSample();
  const size_t stacks = sample.run.rows.stacks.size();
  ASSERT_GT(stacks, 0u);
  record::Stack other = sample.run.rows.stacks.front();
  const uint64_t value = other.value;
  other.thread = "writer";
  sample.run.rows.stacks.push_back(other);
  const nlohmann::json data = EmbeddedData(Page(sample));
  ASSERT_EQ(data["stacks"].size(), stacks);
  EXPECT_EQ(data["stacks"][0]["value"], 2 * value);
}

TEST(HtmlReport, LoadsNothing) {
  const std::string page = Page(FullSample());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_EQ(Count(page, "<link"), 1u);  // the empty icon
  EXPECT_THAT(page, HasSubstr("<link rel=\"icon\" href=\"data:,\">"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("'unsafe-")));
}

// As their licences ask, which also the build sees to.
TEST(HtmlReport, CarriesTheNoticesOfItsPackages) {
  const std::string page = Page(EmptySample());
  for (const char* notice :
       {"@observablehq/plot 0.6.17. Copyright ",
        "d3-selection 3.0.0. Copyright ", "d3-flame-graph 5.0.0",
        "Permission to use, copy, modify", "Apache License"})
    EXPECT_THAT(page, HasSubstr(notice));
  // What esbuild alone needs is not in it.
  EXPECT_THAT(page, Not(HasSubstr("esbuild 0.")));
}

TEST(HtmlReport, PolicyNamesTheHashOfItsScript) {
  const std::string path = ::testing::TempDir() + "/knotestat_report." +
                           std::to_string(getpid()) + ".js";
  std::ofstream(path, std::ios::binary) << kReportScript;
  const std::string expected = Output("sha256sum < " + path + " | cut -c1-64");
  EXPECT_EQ(expected.size(), 64u);
  EXPECT_EQ(Output("echo " + std::string(kReportScriptSha256) +
                   " | base64 -d | od -An -v -tx1 | tr -d ' '"),
            expected);
  std::remove(path.c_str());
}

TEST(HtmlReport, HostileNamesCannotEndTheData) {
  const std::string whole = Page(FullSample());
  const std::string hostile = Page(HostileSample());
  EXPECT_EQ(Count(hostile, "<script"), Count(whole, "<script"));
  EXPECT_EQ(Count(hostile, "</script"), Count(whole, "</script"));
  EXPECT_EQ(Count(hostile, "<img"), 0u);
  EXPECT_EQ(Count(hostile, "<!--"), Count(whole, "<!--"));
  EXPECT_EQ(EmbeddedData(hostile)["choice"]["headline"].get<std::string>().find(
                "psref per target"),
            0u);
}

TEST(HtmlReport, DataCannotPullInTheTemplatesMarks) {
  Sample sample = FullSample();
  sample.choice.headline = "@SCRIPT@ @DATA@";
  EXPECT_EQ(EmbeddedData(Page(sample))["choice"]["headline"],
            "@SCRIPT@ @DATA@");
}

TEST(HtmlReport, RefusesRowsOfCellsThatTheFiguresLack) {
  Sample sample = FullSample();
  sample.run.rows.detaches.push_back({.cell = 7});
  const absl::Status status =
      HtmlReport(sample.run, sample.figures, sample.choice).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("detach of cell 7"));
}

TEST(HtmlReport, TakesRunsWithoutCellsOrDistributions) {
  EXPECT_TRUE(EmbeddedData(Page(EmptySample()))["figures"]["cells"].empty());
  const nlohmann::json data = EmbeddedData(Page(BareSample()));
  EXPECT_TRUE(data["ccdf"][0].is_null());
  EXPECT_FALSE(data["figures"]["finished"].get<bool>());
}

TEST(HtmlReport, CarriesOneSeriesForEachCell) {
  const nlohmann::json data = EmbeddedData(Page(FullSample()));
  ASSERT_EQ(data["series"].size(), data["figures"]["cells"].size());
  EXPECT_TRUE(data["detailed"]);
  // rwlock at 2 CPUs under submit: two threads, twelve rounds.
  const nlohmann::json& series = data["series"][4];
  EXPECT_EQ(series["threads"]["submit"].size(), 2u);
  EXPECT_EQ(series["course"]["submit"].size(), 12u);
  uint64_t sampled = 0;
  for (const auto& bin : series["sampled"]["submit"])
    sampled += bin[2].get<uint64_t>();
  EXPECT_EQ(sampled, 5000u);
  uint64_t detaches = 0;
  for (const auto& bin : series["fini"]["histogram"])
    detaches += bin[2].get<uint64_t>();
  EXPECT_EQ(detaches, 300u);
  EXPECT_TRUE(data["series"][23].empty()) << "a refused cell";
}

TEST(HtmlReport, ASweepOf5000CellsStaysBelow5Megabytes) {
  const Sample sample = ManySample(5000);
  const std::string page = Page(sample);
  EXPECT_LT(page.size(), 5'000'000u);
  const nlohmann::json data = EmbeddedData(page);
  EXPECT_TRUE(data["detailed"]);
  EXPECT_EQ(data["series"].size(), 5000u);
  // What is too small to be shown by itself is still counted.
  double in_run = 0;
  for (const record::Stack& stack : sample.run.rows.stacks)
    in_run += static_cast<double>(stack.value);
  double in_page = 0;
  for (const auto& stack : data["stacks"])
    in_page += stack["value"].get<double>();
  EXPECT_DOUBLE_EQ(in_page, in_run);
  EXPECT_LT(data["stacks"].size(), sample.run.rows.stacks.size());
}

TEST(HtmlReport, SaysWhyThereIsNoRun) {
  const absl::StatusOr<std::string> page =
      HtmlWithoutRun("x.db: truncated </script><script>");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(EmbeddedData(*page)["failed"], "x.db: truncated </script><script>");
  EXPECT_EQ(Count(*page, "<script"), Count(Page(FullSample()), "<script"));
}

TEST(ComplementaryDistribution, RunsFromTheLongestToTheShortest) {
  EXPECT_THAT(ComplementaryDistribution({30, 10, 20, 20}),
              ElementsAre(Pair(30, 0.25), Pair(20, 0.5), Pair(20, 0.75),
                          Pair(10, 1.0)));
  EXPECT_TRUE(ComplementaryDistribution({}).empty());
}

TEST(ComplementaryDistribution, KeepsTheTailAndStaysSmall) {
  std::vector<double> values;
  for (int i = 1; i <= 1000000; ++i) values.push_back(i);
  const auto points = ComplementaryDistribution(values);
  EXPECT_LE(points.size(), 1001u);
  EXPECT_EQ(points[49], std::pair(999951.0, 50e-6));
  EXPECT_EQ(points.back(), std::pair(1.0, 1.0));
  const auto few = ComplementaryDistribution(std::move(values), 20);
  EXPECT_LE(few.size(), 21u);
  EXPECT_EQ(few.front(), std::pair(1000000.0, 1e-6));
  EXPECT_EQ(few.back(), std::pair(1.0, 1.0));
}

}  // namespace
}  // namespace knotestat::dashboards

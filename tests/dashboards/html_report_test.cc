// The HTML report as text; browser/ opens it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

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
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t from = page.find(open) + open.size();
  return nlohmann::json::parse(
      page.substr(from, page.find("</script>", from) - from));
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
  EXPECT_EQ(data["figures"], record::ToJson(sample.figures));
  EXPECT_EQ(data["ccdf"].size(), sample.figures.cells.size());
  EXPECT_EQ(data["stacks"].size(), sample.run.rows.stacks.size());
  EXPECT_EQ(data["choice"]["verdicts"].size(), sample.choice.verdicts.size());
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

TEST(ComplementaryDistribution, RunsFromTheLongestToTheShortest) {
  EXPECT_THAT(ComplementaryDistribution({30, 10, 20, 20}),
              ElementsAre(Pair(30, 0.25), Pair(20, 0.5), Pair(20, 0.75),
                          Pair(10, 1.0)));
  EXPECT_TRUE(ComplementaryDistribution({}).empty());
}

TEST(ComplementaryDistribution, KeepsTheTailAndStaysSmall) {
  std::vector<double> values;
  for (int i = 1; i <= 1000000; ++i) values.push_back(i);
  const auto points = ComplementaryDistribution(std::move(values));
  EXPECT_LT(points.size(), 700u);
  EXPECT_EQ(points[49], std::pair(999951.0, 50e-6));
  EXPECT_EQ(points.back(), std::pair(1.0, 1.0));
}

}  // namespace
}  // namespace knotestat::dashboards

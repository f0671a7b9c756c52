// A result file shown as text, JSON, CSV, page, flame graph and choice: all say
// the same.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <zlib.h>

#include <map>
#include <sstream>

#include "absl/strings/escaping.h"
#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string Output(const Arguments& arguments) {
  const Finished finished = RunProgram(arguments);
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(finished.err, "");
  return finished.out;
}

// Fields of one line; the quoted ones hold no quotes that matter here.
std::vector<std::string> FieldsOf(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

// Rows by column name.
std::vector<std::map<std::string, std::string>> ParseCsv(
    const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const auto names = FieldsOf(line);
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(lines, line)) {
    const auto fields = FieldsOf(line);
    EXPECT_EQ(fields.size(), names.size()) << line;
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < std::min(names.size(), fields.size()); ++i)
      row[names[i]] = fields[i];
  }
  return rows;
}

// Expects that `prefix`_KEY of `row` is `figures`[KEY], and empty where the
// figures have none.
void ExpectFields(const std::map<std::string, std::string>& row,
                  const std::string& prefix, const json& parent,
                  const std::string& name,
                  const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    const std::string& field = row.at(prefix + "_" + key);
    if (!parent.contains(name)) {
      EXPECT_EQ(field, "") << prefix << "_" << key;
    } else {
      EXPECT_EQ(std::stod(field), parent[name][key].get<double>())
          << prefix << "_" << key;
    }
  }
}

class ReportTest : public CliTest {
 protected:
  ReportTest()
      : result_(MakeResult("run.db", {"--workload", "mixed", "--strategy",
                                      "epoch,rwlock", "--detaches", "40"})) {}

  json Figures() { return ParseJson(Output({"report", result_, "--json"})); }

  const std::string result_;
};

TEST_F(ReportTest, JsonIsWhatTheRunPrinted) {
  const Finished run =
      RunProgram({"run", "--no-bpf", "--cpus", "1", "--seconds", "0.1",
                  "--strategy", "epoch", "--json", "-o", Path("b.db")});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(Output({"report", Path("b.db"), "--json"}), run.out);
}

TEST_F(ReportTest, CsvAgreesWithJson) {
  const json figures = Figures();
  size_t compared = 0;
  for (const auto& row : ParseCsv(Output({"report", result_, "--csv"}))) {
    const json cell = CellOf(figures, row.at("strategy"));
    const json path = cell["paths"][row.at("path")];
    EXPECT_EQ(row.at("workload"), cell["workload"]);
    EXPECT_EQ(row.at("cpus"), cell["cpus"].dump());
    ExpectFields(row, "ns_per_op", path, "ns_per_op", {"median", "lo", "hi"});
    ExpectFields(row, "marginal_ns", path, "marginal_ns",
                 {"median", "lo", "hi"});
    ExpectFields(row, "sampled_ns", path, "sampled_ns",
                 {"p50", "p90", "p99", "p999", "max", "count"});
    ExpectFields(row, "klist_fini_ns", cell, "klist_fini_ns",
                 {"p50", "p90", "p99", "p999", "max", "count"});
    ExpectFields(row, "slowdown", cell["certificate"], "slowdown",
                 {"median", "lo", "hi"});
    ++compared;
  }
  EXPECT_EQ(compared, 9u);  // three strategies, three paths
}

TEST_F(ReportTest, ThePageCarriesTheSameFigures) {
  ASSERT_EQ(Output({"report", result_, "--html", Path("page.html")}), "");
  const std::string page = ReadAll(Path("page.html"));
  EXPECT_EQ(Output({"report", result_, "--html", "-"}), page);
  const std::string open = "type=\"application/zlib+base64\"";
  size_t begin = page.find(open);
  ASSERT_NE(begin, std::string::npos);
  begin = page.find('>', begin) + 1;
  std::string packed;
  ASSERT_TRUE(absl::Base64Unescape(
      page.substr(begin, page.find("</script>", begin) - begin), &packed));
  std::string text;
  text.resize(64'000'000);
  uLongf size = text.size();
  ASSERT_EQ(
      uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                 reinterpret_cast<const Bytef*>(packed.data()), packed.size()),
      Z_OK);
  const json data = ParseJson(text.substr(0, size));
  json shown = Figures();
  // But for the costs in cycles, which the page does not show.
  for (json& cell : shown["cells"])
    for (auto& [name, path] : cell["paths"].items())
      for (const char* left_out : {"cycles_per_op", "marginal_cycles"})
        path.erase(left_out);
  EXPECT_EQ(data["figures"], shown);
  // Opens from disk: it loads nothing.
  EXPECT_EQ(page.find("http-equiv=\"refresh\""), std::string::npos);
  for (const char* loading :
       {"<script src", "<link rel=\"stylesheet\"", "@import", "url(http"})
    EXPECT_EQ(page.find(loading), std::string::npos) << loading;
}

TEST_F(ReportTest, TheTableShowsTheSameMedians) {
  const std::string table = Output({"report", result_});
  const json figures = Figures();
  for (const json& cell : figures["cells"]) {
    const std::string strategy = cell["strategy"];
    EXPECT_THAT(table, HasSubstr(strategy));
    for (const auto& [name, path] : cell["paths"].items()) {
      // Rounded to one of these, on a line of that strategy.
      const double median = path["ns_per_op"]["median"];
      bool shown = false;
      std::istringstream lines(table);
      for (std::string line; std::getline(lines, line);) {
        if (line.find(strategy) == std::string::npos) continue;
        for (const char* format : {"%.0f", "%.1f", "%.2f", "%.3f", "%.4f"}) {
          for (const double unit : {1.0, 1e3, 1e6}) {
            char text[32];
            snprintf(text, sizeof text, format, median / unit);
            shown = shown ||
                    line.find(std::string(" ") + text) != std::string::npos;
          }
        }
      }
      EXPECT_TRUE(shown) << strategy << " " << name << " " << median << "\n"
                         << table;
    }
  }
}

TEST_F(ReportTest, FormatsAreTheOldOptionsToo) {
  EXPECT_EQ(Output({"report", result_, "--format", "csv"}),
            Output({"report", result_, "--csv"}));
  EXPECT_EQ(Output({"report", result_, "--format", "json"}),
            Output({"report", result_, "--json"}));
  EXPECT_EQ(Output({"report", result_, "--format", "text"}),
            Output({"report", result_}));
  EXPECT_EQ(Output({"report", result_, "--format", "html"}),
            Output({"report", result_, "--html", "-"}));
  EXPECT_EQ(Output({"report", result_, "--format", "openmetrics", "-o",
                    Path("metrics")}),
            "");
  EXPECT_EQ(ReadAll(Path("metrics")),
            Output({"report", result_, "--format", "openmetrics"}));
  EXPECT_EQ(RunProgram({"report", result_, "--csv", "--format", "hdr"}).code,
            2);
}

TEST_F(ReportTest, AnUnknownFormatNamesTheNearest) {
  const Finished report =
      RunProgram({"report", Path("none.db"), "--format", "openmetric"});
  EXPECT_EQ(report.code, 2);
  EXPECT_THAT(report.err, AllOf(HasSubstr("unknown format 'openmetric'"),
                                HasSubstr("did you mean 'openmetrics'"),
                                HasSubstr("google-benchmark, hdr, hdr-log")));
}

TEST_F(ReportTest, LockstatWithoutEbpfSaysSo) {
  const Finished report =
      RunProgram({"report", result_, "--format", "lockstat"});
  EXPECT_EQ(report.code, 1);
  EXPECT_EQ(report.out, "");
  EXPECT_THAT(report.err, HasSubstr("without eBPF"));
}

TEST_F(ReportTest, AFlameGraphWithoutEbpfSaysWhyItIsEmpty) {
  const Finished picture = RunProgram({"flame", result_});
  EXPECT_EQ(picture.code, 0);
  EXPECT_THAT(picture.out, AllOf(HasSubstr("<svg"), HasSubstr("eBPF")));
  const Finished folded = RunProgram({"flame", result_, "--format", "folded"});
  EXPECT_EQ(folded.out, "");
  for (const Finished* finished : {&picture, &folded})
    EXPECT_THAT(finished->err, HasSubstr("no stacks to draw. eBPF was not"));
}

TEST_F(ReportTest, AFlameGraphKnowsWhatTheFileHas) {
  const Finished flame = RunProgram({"flame", result_, "--strategy", "rwlokc"});
  EXPECT_EQ(flame.code, 2);
  EXPECT_THAT(flame.err,
              AllOf(HasSubstr("did you mean 'rwlock'"), HasSubstr("epoch")));
  EXPECT_EQ(RunProgram({"flame", result_, "--workload", "scan"}).code, 2);
}

TEST_F(ReportTest, AChoiceHasAReasonForEveryStrategy) {
  const Finished choice = RunProgram({"choose", result_, "--json"});
  EXPECT_THAT(choice.code, testing::AnyOf(0, 5)) << choice.err;
  const json choices = ParseJson(choice.out)["choices"];
  ASSERT_EQ(choices.size(), 1u);
  std::vector<std::string> strategies;
  for (const json& verdict : choices[0]["decision"]["verdicts"]) {
    strategies.push_back(verdict["strategy"]);
    const std::string reason = verdict["reason"];
    EXPECT_GT(reason.size(), 10u) << verdict;
    EXPECT_THAT(RunProgram({"choose", result_}).out,
                HasSubstr(verdict["strategy"].get<std::string>()));
  }
  EXPECT_THAT(strategies,
              testing::UnorderedElementsAre("none", "epoch", "rwlock"));
}

TEST_F(ReportTest, HardRequirementsReject) {
  const auto ruling = [&](const Arguments& more, const std::string& strategy) {
    Arguments arguments = {"choose", result_, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const json choices = ParseJson(RunProgram(arguments).out)["choices"];
    for (const json& verdict : choices[0]["decision"]["verdicts"]) {
      if (verdict["strategy"] == strategy)
        return verdict["ruling"].get<std::string>();
    }
    return std::string("absent");
  };
  // The floor is not a mechanism.
  EXPECT_EQ(ruling({}, "none"), "not ranked");
  // rwlock is the seed's: writer-preferring, so a reader cannot recurse.
  EXPECT_EQ(ruling({"--readers-recurse"}, "rwlock"), "rejected");
  EXPECT_NE(ruling({}, "rwlock"), "rejected");
}

TEST_F(ReportTest, WeightsDecideWhereTheyAreGiven) {
  const auto reasons = [&](const Arguments& more) {
    Arguments arguments = {"choose", result_, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const json choices = ParseJson(RunProgram(arguments).out)["choices"];
    std::string all;
    for (const json& verdict : choices[0]["decision"]["verdicts"])
      all += verdict["reason"].get<std::string>() + "\n";
    return all;
  };
  EXPECT_THAT(reasons({}), Not(HasSubstr("by the given weights")));
  EXPECT_THAT(reasons({"--weights", "memory=1"}),
              HasSubstr("by the given weights"));
  const Finished refused =
      RunProgram({"choose", result_, "--weights", "raeder=1"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("raeder"));
}

TEST_F(ReportTest, AChoiceGoesIntoThePage) {
  const auto page = [&](const Arguments& more) {
    Arguments arguments = {"choose", result_, "--html", Path("choice.html")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished choice = RunProgram(arguments);
    EXPECT_THAT(choice.code, testing::AnyOf(0, 5)) << choice.err;
    return ReadAll(Path("choice.html"));
  };
  const std::string of_any = page({});
  EXPECT_THAT(of_any, HasSubstr("id=\"data\""));
  EXPECT_EQ(page({}), of_any);
  // Same figures, another choice.
  EXPECT_NE(page({"--path", "register"}), of_any);
}

TEST_F(ReportTest, AChoiceIsOfWhatTheFileHas) {
  for (const Arguments& more :
       {Arguments{"--groups", "peer"}, Arguments{"--cpus", "77"}}) {
    Arguments arguments = {"choose", result_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished choice = RunProgram(arguments);
    EXPECT_EQ(choice.code, 2) << more[0];
    EXPECT_THAT(choice.err, HasSubstr(more[0] + ": " + result_ +
                                      " has nothing of '" + more[1] + "'"));
  }
}

TEST_F(ReportTest, BenchTakesNothingToMeasureBesideAFile) {
  const Finished bench = RunProgram({"bench", result_, "--seconds", "1"});
  EXPECT_EQ(bench.code, 2);
  EXPECT_THAT(bench.err, HasSubstr("bench: --seconds is for measuring"));
}

TEST_F(ReportTest, NothingToRecommendIsCode5) {
  const std::string floor = MakeResult("floor.db", {"--strategy", "none"});
  const Finished choice = RunProgram({"choose", floor});
  EXPECT_EQ(choice.code, 5);
  EXPECT_THAT(choice.err, StartsWith("knotestat: "));
}

}  // namespace
}  // namespace knotestat::cli

// The console, the CSV and the JSON of one record, figure by figure.
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "dashboards/csv_report.h"
#include "dashboards/text_report.h"
#include "dashboards/units.h"
#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using nlohmann::json;
using Row = std::map<std::string, std::string>;

// The sample's names hold no line ends; only its parameters are quoted.
std::vector<Row> RowsOf(const std::string& csv) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream text(csv);
  for (std::string line; std::getline(text, line);) {
    auto& fields = lines.emplace_back(1);
    for (size_t i = 0, quoted = 0; i < line.size(); ++i) {
      if (line[i] == '"') {
        quoted ^= 1;
      } else if (line[i] == ',' && quoted == 0) {
        fields.emplace_back();
      } else if (line[i] != '\r') {
        fields.back() += line[i];
      }
    }
  }
  std::vector<Row> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].size(), lines[0].size());
    Row& row = rows.emplace_back();
    for (size_t j = 0; j < lines[i].size(); ++j) row[lines[0][j]] = lines[i][j];
  }
  return rows;
}

// Where a column's value is in the JSON of its cell and path; absent for text.
std::optional<json> InJson(const std::string& column, const json& cell,
                           const json& path, const json& scaling) {
  const auto at = [](const json& object, const std::string& keys) -> json {
    const json* found = &object;
    std::istringstream parts(keys);
    for (std::string key; std::getline(parts, key, '/');) {
      if (!found->is_object() || !found->contains(key)) return nullptr;
      found = &(*found)[key];
    }
    return *found;
  };
  const auto tail = [&](const std::string& prefix) {
    return column.substr(prefix.size());
  };
  for (const char* name : {"ns_per_op_", "marginal_ns_", "cycles_per_op_",
                           "marginal_cycles_", "sampled_ns_"}) {
    if (!column.starts_with(name)) continue;
    const std::string figure(name, std::string(name).size() - 1);
    return at(path, figure + "/" + tail(name));
  }
  const std::string intended = "klist_fini_from_intended_ns_";
  if (column.starts_with(intended))
    return at(cell, "klist_fini_ns/from_intended/" + tail(intended));
  if (column.starts_with("klist_fini_ns_"))
    return at(cell, "klist_fini_ns/" + tail("klist_fini_ns_"));
  if (column.ends_with("_p50_ns"))
    return at(cell, "klist_fini_ns/" + column.substr(0, column.size() - 3));
  if (column.starts_with("bytes_")) return at(cell, "bytes/" + tail("bytes_"));
  if (column.starts_with("slowdown_"))
    return at(cell, "certificate/slowdown/" + tail("slowdown_"));
  if (column == "oracle_violations") return at(cell, "oracle/violations");
  for (const char* key : {"events_lost", "steal_ns", "involuntary_switches"}) {
    if (column == key) return at(cell, std::string("certificate/") + key);
  }
  if (column.starts_with("clock_ghz_"))
    return at(cell, "certificate/clock_ghz/" + tail("clock_ghz_"));
  for (const char* key : {"cpus", "processes", "threads"}) {
    if (column == key) return at(cell, key);
  }
  for (const char* model : {"usl", "queue"}) {
    if (!column.starts_with(std::string(model) + "_")) continue;
    const std::string rest = tail(std::string(model) + "_");
    json fit = nullptr;
    for (const json& one : at(scaling, "fits")) {
      if (one["model"] == model) fit = one;
    }
    const size_t end = rest.rfind('_');
    const json parameter = at(
        fit, "parameters/" + rest.substr(0, end) + "/" + rest.substr(end + 1));
    return parameter.is_null() ? at(fit, rest) : parameter;
  }
  return std::nullopt;
}

// FullSample() and a fit of one of its curves.
Sample Fitted() {
  Sample sample = FullSample();
  record::Scaling scaling;
  scaling.strategy = "rwlock";
  scaling.scope = "global";
  scaling.workload = scaling.load = scaling.path = "submit";
  for (const auto& cell : sample.figures.cells) {
    if (cell.cell.strategy != "rwlock" || cell.cell.workload != "submit")
      continue;
    scaling.cells.push_back(cell.cell.id);
    scaling.cpus.push_back(cell.cell.cpus);
  }
  record::ScalingFit queue;
  queue.model = "queue";
  queue.parameters = {{"private_ns", {9.125, 9, 9.5}},
                      {"service_ns", {46.5, 45.25, 47.75}}};
  queue.worst_residual = 0.0625;
  queue.valid_to_cpus = 8;
  queue.ns_per_op_there = {334.6, 330, 340};
  record::ScalingFit usl;
  usl.model = "usl";
  usl.refused = "its 3 parameters need 4 CPU counts; 3 were measured";
  scaling.fits = {usl, queue};
  sample.figures.scaling = {scaling};
  return sample;
}

TEST(Agreement, EveryCsvFieldIsTheJsonValue) {
  const Sample sample = Fitted();
  const json figures = record::ToJson(sample.figures);
  size_t compared = 0, at = 0;
  const auto rows = RowsOf(CsvReport(sample.figures));
  for (const json& cell : figures["cells"]) {
    const size_t paths = std::max<size_t>(cell["paths"].size(), 1);
    for (size_t i = 0; i < paths; ++i) {
      const Row& row = rows.at(at++);
      const json path = cell["paths"].value(row.at("path"), json::object());
      const json& curve = figures["scaling"][0];
      const bool fitted = cell["strategy"] == curve["strategy"] &&
                          cell["workload"] == curve["workload"];
      for (const auto& [column, field] : row) {
        const auto value =
            InJson(column, cell, path, fitted ? curve : json::object());
        if (!value.has_value()) continue;
        if (value->is_null()) {
          EXPECT_EQ(field, "") << column;
        } else {
          ASSERT_NE(field, "") << column;
          EXPECT_EQ(std::stod(field), value->get<double>()) << column;
          ++compared;
        }
      }
    }
  }
  EXPECT_EQ(at, rows.size());
  EXPECT_GT(compared, 70u * 30);
}

TEST(Agreement, OnlyTextColumnsHaveNoFigure) {
  std::vector<std::string> without;
  const auto rows = RowsOf(CsvReport(Fitted().figures));
  for (const auto& [column, field] : rows[0]) {
    if (!InJson(column, json::object(), json::object(), json::object()))
      without.push_back(column);
  }
  EXPECT_THAT(without, testing::UnorderedElementsAre(
                           "strategy", "group", "scope", "workload",
                           "parameters", "path", "refused", "not_ranked"));
}

// The lines of the console below `title`, up to an empty one.
std::vector<std::string> Below(const std::string& text,
                               const std::string& workload,
                               const std::string& title) {
  const size_t section = text.find("WORKLOAD " + workload + "\n");
  const size_t begin = text.find(title, section);
  EXPECT_NE(begin, std::string::npos) << title;
  std::istringstream lines(text.substr(begin));
  std::vector<std::string> below;
  for (std::string line; std::getline(lines, line) && !line.empty();)
    below.push_back(line);
  return below;
}

std::vector<std::string> WordsOfRow(const std::vector<std::string>& lines,
                                    const std::string& strategy,
                                    const std::string& scope) {
  for (const std::string& line : lines) {
    std::istringstream words(line);
    std::vector<std::string> row;
    for (std::string word; words >> word;) row.push_back(word);
    const size_t second = row.size() > 1 && row[1] == "*" ? 2 : 1;
    if (row.size() > second && row[0] == strategy && row[second] == scope)
      return row;
  }
  return {};
}

// On a page so wide that no table is broken, every figure of every row of the
// readers' and the writers' tables is that of the CSV, rounded.
TEST(Agreement, TheConsoleShowsTheCsvRounded) {
  const Sample sample = Fitted();
  TextOptions wide;
  wide.width = 4000;
  const std::string text = TextReport(sample.figures, sample.choice, wide);
  size_t compared = 0;
  std::map<std::string, size_t> column;  // of a table's row
  std::map<std::string, double> caught;  // at all CPU counts
  for (const Row& row : RowsOf(CsvReport(sample.figures))) {
    const std::string& strategy = row.at("strategy");
    if (row.at("ns_per_op_median").empty()) continue;
    const auto number = [&](const char* name) {
      return std::stod(row.at(name));
    };
    const auto readers =
        WordsOfRow(Below(text, row.at("workload"),
                         "Reader cost of the " + row.at("path") + " path"),
                   strategy, row.at("scope"));
    const std::string key =
        row.at("workload") + row.at("path") + strategy + row.at("scope");
    const bool floor = strategy == "none";
    size_t& next = column[key];
    if (next == 0) next = floor ? 3 : 2;  // "none *"
    ASSERT_LT(next, readers.size()) << key;
    EXPECT_EQ(readers[next++], ThreeDigits(number("ns_per_op_median"))) << key;
    if (floor) {
      EXPECT_EQ(readers[next++], "-");
    } else {
      EXPECT_EQ(readers[next], (number("marginal_ns_median") > 0 ? "+" : "") +
                                   ThreeDigits(number("marginal_ns_median")));
      next += 2;  // and its "+-"
    }
    ++compared;
    caught[key] += number("oracle_violations");
    if (row.at("cpus") != "4") continue;  // the last of each key
    const auto writers =
        WordsOfRow(Below(text, row.at("workload"), "klist_fini at 4 CPUs"),
                   strategy, row.at("scope"));
    const size_t first = floor ? 3 : 2;
    ASSERT_GE(writers.size(), first + 7) << key;
    const char* kColumns[] = {"klist_fini_ns_p50", "klist_fini_ns_p99",
                              "klist_fini_ns_max",
                              "klist_fini_from_intended_ns_p99"};
    EXPECT_EQ(writers[first], FormatCount(number("klist_fini_ns_count")));
    for (size_t i = 0; i < 4; ++i)
      EXPECT_EQ(writers[first + 1 + i], FormatNs(number(kColumns[i]), ""));
    EXPECT_EQ(writers[first + 5], FormatCount(number("bytes_per_knote")));
    EXPECT_EQ(writers[first + 6], FormatCount(caught[key]));
  }
  EXPECT_GT(compared, 60u);
}

TEST(Agreement, TheConsoleShowsTheFits) {
  TextOptions wide;
  wide.width = 400;
  const Sample sample = Fitted();
  const std::string text = TextReport(sample.figures, sample.choice, wide);
  EXPECT_THAT(text, testing::AllOf(testing::HasSubstr("\nSCALING\n"),
                                   testing::HasSubstr("9.12 +-0.375"),
                                   testing::HasSubstr("46.5 +-1.25"),
                                   testing::HasSubstr("6%")));
}

// Strategies whose cells were left out have other ranges of CPUs.
TEST(Agreement, FitsOfOneLoadStandTogether) {
  Sample sample = Fitted();
  auto& scaling = sample.figures.scaling;
  scaling.push_back(scaling[0]);
  scaling[1].strategy = "psref";
  scaling[1].load = "submit with hold_ns 5000";
  scaling.push_back(scaling[0]);
  scaling[2].strategy = "epoch";
  const std::string text = TextReport(sample.figures, sample.choice, {});
  const size_t scalings = text.find("\nSCALING\n");
  const size_t together = text.find("  submit, submit path, 1 to", scalings);
  const size_t other =
      text.find("  submit with hold_ns 5000, submit path", scalings);
  ASSERT_NE(together, std::string::npos);
  ASSERT_NE(other, std::string::npos);
  EXPECT_LT(together, text.find("  rwlock", scalings));
  EXPECT_LT(text.find("  rwlock", scalings), text.find("  epoch", scalings));
  EXPECT_LT(text.find("  epoch", scalings), other);
  EXPECT_LT(other, text.find("  psref", scalings));
}

TEST(Agreement, FitsKeepTheWidthOfThePage) {
  Sample sample = Fitted();
  sample.figures.scaling[0].strategy = "\x1b[31m" + std::string(60, 'x');
  for (const int width : {40, 80, 120}) {
    TextOptions narrow;
    narrow.width = width;
    const std::string text = TextReport(sample.figures, sample.choice, narrow);
    std::istringstream lines(text.substr(text.find("\nSCALING\n")));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), static_cast<size_t>(width)) << line;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

TEST(Agreement, TwoPointsAreOneSentence) {
  Sample sample = FullSample();
  sample.figures.scaling.resize(2);
  for (auto& scaling : sample.figures.scaling)
    scaling.refused = "two CPU counts were measured; none is made";
  const std::string text = TextReport(sample.figures, sample.choice, {});
  EXPECT_THAT(text, testing::HasSubstr("SCALING\n  No fit: two CPU counts were "
                                       "measured; none is made.\n\n"));
}

}  // namespace
}  // namespace knotestat::dashboards

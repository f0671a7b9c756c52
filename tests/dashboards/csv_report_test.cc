// The CSV report, read back.
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/csv_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/dashboards/sample_run.h"

namespace knotestat::dashboards {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// A reader of RFC 4180 that accepts nothing else; absent if `text` is not.
std::optional<Rows> ReadCsv(const std::string& text) {
  Rows rows;
  std::vector<std::string> row;
  std::string field;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      for (++i;; ++i) {
        if (i >= text.size()) return std::nullopt;
        if (text[i] == '"' && (i + 1 >= text.size() || text[i + 1] != '"')) {
          break;
        }
        if (text[i] == '"') ++i;
        field += text[i];
      }
      ++i;
    } else {
      while (i < text.size() && text[i] != ',' && text[i] != '\r') {
        if (text[i] == '"' || text[i] == '\n') return std::nullopt;
        field += text[i++];
      }
    }
    row.push_back(std::move(field));
    field.clear();
    if (i < text.size() && text[i] == ',') {
      ++i;
    } else if (text.compare(i, 2, "\r\n") == 0) {
      rows.push_back(std::move(row));
      row.clear();
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return row.empty() ? std::optional(rows) : std::nullopt;
}

std::vector<std::map<std::string, std::string>> Read(const Sample& sample) {
  const std::optional<Rows> rows = ReadCsv(CsvReport(sample.figures));
  EXPECT_TRUE(rows.has_value());
  std::vector<std::map<std::string, std::string>> records;
  for (size_t i = 1; rows.has_value() && i < rows->size(); ++i) {
    const std::vector<std::string>& row = (*rows)[i];
    EXPECT_EQ(row.size(), rows->front().size());
    auto& fields = records.emplace_back();
    for (size_t j = 0; j < row.size(); ++j) fields[rows->front()[j]] = row[j];
  }
  return records;
}

TEST(CsvReader, CanRefuse) {
  EXPECT_TRUE(ReadCsv("a,\"b\"\"\r\n\"\r\n").has_value());
  EXPECT_FALSE(ReadCsv("a,b\n").has_value());
  EXPECT_FALSE(ReadCsv("a\"b\r\n").has_value());
  EXPECT_FALSE(ReadCsv("\"a\r\n").has_value());
}

TEST(CsvReport, HasOneRowPerCellAndPath) {
  const Sample sample = FullSample();
  size_t expected = 0;
  for (const auto& cell : sample.figures.cells) {
    expected += std::max<size_t>(cell.paths.size(), 1);
  }
  EXPECT_EQ(Read(sample).size(), expected);
  EXPECT_EQ(Read(EmptySample()).size(), 0u);
}

TEST(CsvReport, LeavesWhatIsAbsentEmpty) {
  for (const auto& record : Read(BareSample())) {
    EXPECT_NE(record.at("ns_per_op_median"), "");
    for (const char* name :
         {"klist_fini_ns_p99", "sampled_ns_p50", "slowdown_lo", "events_lost",
          "oracle_violations", "wait_p50_ns"}) {
      EXPECT_EQ(record.at(name), "") << name;
    }
    EXPECT_EQ(record.at("bytes_per_klist"),
              record.at("strategy") == "psref" ? "64" : "0");
  }
}

TEST(CsvReport, MarksWhatIsNotRanked) {
  Sample sample = FullSample();
  sample.figures.cells[0].not_ranked = "no steady state";
  const auto records = Read(sample);
  EXPECT_EQ(records.front().at("not_ranked"), "no steady state");
  EXPECT_EQ(records.back().at("not_ranked"), "");
}

TEST(CsvReport, KeepsHostileNamesInTheirFields) {
  const Sample sample = HostileSample();
  size_t at = 0;
  const auto records = Read(sample);
  for (const auto& cell : sample.figures.cells) {
    ASSERT_LT(at, records.size());
    EXPECT_EQ(records[at].at("strategy"), cell.cell.strategy);
    EXPECT_EQ(records[at].at("workload"), cell.cell.workload);
    at += std::max<size_t>(cell.paths.size(), 1);
  }
}

}  // namespace
}  // namespace knotestat::dashboards

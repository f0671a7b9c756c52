// Every query in docs/reference/result-file.md runs on a real result file and
// finds something.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <algorithm>
#include <sstream>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

constexpr char kDocument[] =
    KNOTESTAT_SOURCE_DIR "/docs/reference/result-file.md";

std::vector<std::string> QueriesOf(const std::string& document) {
  std::vector<std::string> queries;
  std::ifstream file(document);
  std::string line;
  bool inside = false;
  while (std::getline(file, line)) {
    if (line == "```sql") {
      queries.emplace_back();
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      queries.back() += line + "\n";
    }
  }
  return queries;
}

class DocumentationTest : public StoreTest {
 protected:
  void WriteTwoStrategies() {
    auto writer = Writer::Create(path_, SampleContext());
    ASSERT_TRUE(writer.ok()) << writer.status();
    Cell floor = SampleCell(1);
    floor.strategy = "none";
    for (const Cell& cell : {floor, SampleCell(2)}) {
      ASSERT_TRUE((*writer)->AddCell(cell).ok());
      ASSERT_TRUE((*writer)->Commit(SampleBatch(cell.id, 0)).ok());
    }
    ASSERT_TRUE((*writer)->AddTruth(SampleTruth(1)).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
  }

  int RowsOf(const std::string& query) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READONLY,
                              nullptr),
              SQLITE_OK);
    int rows = 0;
    char* error = nullptr;
    const auto count = [](void* into, int, char**, char**) {
      ++*static_cast<int*>(into);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, query.c_str(), count, &rows, &error),
              SQLITE_OK)
        << error << "\n"
        << query;
    sqlite3_free(error);
    sqlite3_close(database);
    return rows;
  }
};

TEST_F(DocumentationTest, EveryQueryFindsSomething) {
  WriteTwoStrategies();
  const auto queries = QueriesOf(kDocument);
  ASSERT_GE(queries.size(), 5u);
  for (const std::string& query : queries) {
    EXPECT_GT(RowsOf(query), 0) << query;
  }
}

TEST_F(DocumentationTest, MarginalCostsAreThoseOfOneLoadEach) {
  auto writer = Writer::Create(path_, SampleContext());
  ASSERT_TRUE(writer.ok()) << writer.status();
  int id = 0;
  for (const char* parameters : {R"({"hold_ns":0})", R"({"hold_ns":20000})"}) {
    for (const char* strategy : {"none", "epoch"}) {
      Cell cell = SampleCell(++id);
      cell.strategy = strategy;
      cell.parameters = parameters;
      ASSERT_TRUE((*writer)->AddCell(cell).ok());
      ASSERT_TRUE((*writer)->Commit(SampleBatch(cell.id, 0)).ok());
    }
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  const auto queries = QueriesOf(kDocument);
  const auto marginal =
      std::find_if(queries.begin(), queries.end(), [](const auto& query) {
        return query.find("mean_marginal_ns") != std::string::npos;
      });
  ASSERT_NE(marginal, queries.end());
  EXPECT_EQ(RowsOf(*marginal), 2);
  // A round of the one is paired with that of the same load alone.
  EXPECT_EQ(
      RowsOf("SELECT 1 FROM (" + marginal->substr(0, marginal->rfind(';')) +
             ") WHERE rounds > 1"),
      0);
}

TEST_F(DocumentationTest, NamesEveryColumn) {
  WriteTwoStrategies();
  std::ifstream file(kDocument);
  std::stringstream text;
  text << file.rdbuf();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  std::vector<std::string> columns;
  const auto collect = [](void* into, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(into)->push_back(values[0]);
    return 0;
  };
  sqlite3_exec(database,
               "SELECT columns.name FROM sqlite_schema AS tables, "
               "pragma_table_info(tables.name) AS columns "
               "WHERE tables.type = 'table'",
               collect, &columns, nullptr);
  sqlite3_close(database);
  ASSERT_GT(columns.size(), 50u);
  for (const std::string& column : columns) {
    // bytes_per_klist is written as `_klist`.
    const bool size = column.starts_with("bytes_per_");
    const std::string name = size ? column.substr(9) : column;
    EXPECT_THAT(text.str(), testing::HasSubstr(name));
  }
}

}  // namespace
}  // namespace knotestat::record

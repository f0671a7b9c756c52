// Every way in which a result file can be bad has its own sentence, and
// reading changes nothing: neither the file nor the folder around it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/record/sample.h"

namespace knotestat::record {
namespace {

using testing::HasSubstr;

constexpr size_t kPage = 4096;

void ExecuteOn(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error),
            SQLITE_OK)
      << error;
  sqlite3_close(database);
}

class ReaderTest : public StoreTest {
 protected:
  // As it was up to schema 3.
  void MakeStacksATable() {
    ExecuteOn(path_,
              "CREATE TABLE totals(cell INTEGER NOT NULL REFERENCES cells(id), "
              "kind TEXT NOT NULL, folded TEXT NOT NULL, value INTEGER NOT "
              "NULL CHECK(value >= 0), PRIMARY KEY(cell, kind, folded)) "
              "STRICT, WITHOUT ROWID; INSERT INTO totals SELECT * FROM stacks; "
              "DROP VIEW stacks; DROP TABLE stack_sums; "
              "DROP TABLE folded_stacks; ALTER TABLE totals RENAME TO stacks");
  }

  // As until schema 4.
  void DropWhatSchemaFiveBrought() {
    ExecuteOn(path_, "DROP TABLE interruptions");
    ExecuteOn(path_, "ALTER TABLE context DROP COLUMN watched_ns");
    ExecuteOn(path_, "ALTER TABLE blocks DROP COLUMN place");
  }

  // Read() fails with `code`, names the file and says `what`; nothing changes.
  void ExpectError(absl::StatusCode code, const std::string& what) {
    const auto before = ContentOf(folder_);
    const auto run = Read(path_);
    EXPECT_EQ(run.status().code(), code) << run.status();
    const std::string message(run.status().message());
    EXPECT_THAT(message, HasSubstr(path_));
    EXPECT_THAT(message, HasSubstr(what));
    EXPECT_TRUE(before == ContentOf(folder_)) << "reading changed a file";
  }

  void ExpectReadChangesNothing(size_t blocks) {
    const auto before = ContentOf(folder_);
    for (int time = 0; time < 2; ++time) {
      const auto run = Read(path_);
      ASSERT_TRUE(run.ok()) << run.status();
      EXPECT_EQ(run->rows.blocks.size(), blocks);
      EXPECT_TRUE(before == ContentOf(folder_)) << "reading changed a file";
    }
  }

  // The two files of a run that was killed.
  void WriteKilledRun() {
    const pid_t child = fork();
    if (child == 0) {
      auto writer = Writer::Create(path_, SampleContext());
      if (!(*writer)->AddCell(SampleCell(1)).ok()) _exit(1);
      if (!(*writer)->Commit(SampleBatch(1, 0)).ok()) _exit(1);
      _exit(0);  // without any destructor
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    ASSERT_TRUE(std::filesystem::exists(path_ + "-wal"));
    ASSERT_TRUE(std::filesystem::exists(path_ + "-shm"));
  }
};

TEST_F(ReaderTest, LeavesAFinishedRunAlone) {
  WriteSample();
  ExpectReadChangesNothing(160);
}

TEST_F(ReaderTest, LeavesAKilledRunAlone) {
  WriteKilledRun();
  ExpectReadChangesNothing(4);
}

TEST_F(ReaderTest, LeavesACopiedKilledRunAlone) {
  WriteKilledRun();
  std::filesystem::remove(path_ + "-shm");
  ExpectReadChangesNothing(4);
}

TEST_F(ReaderTest, LeavesAnInterruptedRunAlone) {
  {
    auto writer = Writer::Create(path_, SampleContext());
    ASSERT_TRUE((*writer)->AddCell(SampleCell(1)).ok());
    ASSERT_TRUE((*writer)->Commit(SampleBatch(1, 0)).ok());
  }
  ExpectReadChangesNothing(4);
}

TEST_F(ReaderTest, LeavesARunningRunAlone) {
  int committed[2];
  int go_on[2];
  ASSERT_EQ(pipe(committed), 0);
  ASSERT_EQ(pipe(go_on), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto writer = Writer::Create(path_, SampleContext());
    if (!(*writer)->AddCell(SampleCell(1)).ok()) _exit(1);
    char token = 0;
    for (int round = 0; round < 5; ++round) {
      if (!(*writer)->Commit(SampleBatch(1, round)).ok()) _exit(1);
      if (write(committed[1], &token, 1) != 1) _exit(1);
      if (read(go_on[0], &token, 1) != 1) _exit(1);
    }
    _exit(0);
  }
  char token = 0;
  for (size_t round = 1; round <= 5; ++round) {
    ASSERT_EQ(read(committed[0], &token, 1), 1);
    ExpectReadChangesNothing(4 * round);
    ASSERT_EQ(write(go_on[1], &token, 1), 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (const int end : {committed[0], committed[1], go_on[0], go_on[1]}) {
    close(end);
  }
}

TEST_F(ReaderTest, ReadsInAFolderThatItMayNotWrite) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  WriteKilledRun();
  std::filesystem::permissions(folder_, std::filesystem::perms(0555));
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::permissions(entry.path(), std::filesystem::perms(0444));
  }
  for (const bool with_index : {true, false}) {
    if (!with_index) std::filesystem::remove(path_ + "-shm");
    const pid_t child = fork();
    if (child == 0) {
      constexpr uid_t kNobody = 65534;
      if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(2);
      const auto run = Read(path_);
      if (!run.ok()) {
        fprintf(stderr, "%s\n", std::string(run.status().message()).c_str());
      }
      _exit(run.ok() && run->rows.blocks.size() == 4 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << (with_index ? "with -shm" : "without -shm");
  }
}

TEST_F(ReaderTest, TakesOddNames) {
  for (const char* name : {"a?b=c.db", "50%20.db", "x#y.db", "-wal", "s p"}) {
    path_ = folder_ / name;
    WriteSample();
    EXPECT_TRUE(Read(path_).ok()) << name;
    std::filesystem::remove(path_);
  }
  const auto there = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  path_ = "file:relative.db";
  WriteSample();
  EXPECT_TRUE(Read(path_).ok());
  std::filesystem::current_path(there);
}

TEST_F(ReaderTest, Missing) {
  ExpectError(absl::StatusCode::kNotFound, "no such file");
}

TEST_F(ReaderTest, Empty) {
  Overwrite(path_, "");
  ExpectError(absl::StatusCode::kInvalidArgument, "empty");
}

TEST_F(ReaderTest, Folder) {
  path_ = folder_;
  ExpectError(absl::StatusCode::kInvalidArgument, "folder");
}

TEST_F(ReaderTest, NotSqlite) {
  Overwrite(path_, "strategy,ns\nepoch,1.2\n");
  ExpectError(absl::StatusCode::kInvalidArgument, "not an SQLite database");
  Overwrite(path_, std::string(3 * kPage, '\0'));
  ExpectError(absl::StatusCode::kInvalidArgument, "not an SQLite database");
}

TEST_F(ReaderTest, SomebodyElsesDatabase) {
  ExecuteOn(path_, "CREATE TABLE cells(id)");
  ExpectError(absl::StatusCode::kInvalidArgument, "not of knotestat");
}

TEST_F(ReaderTest, NewerSchema) {
  WriteSample();
  const auto schema = [](int version) { return std::to_string(version); };
  ExecuteOn(path_, "PRAGMA user_version = " + schema(kSchemaVersion + 1));
  ExpectError(absl::StatusCode::kFailedPrecondition,
              "schema " + schema(kSchemaVersion + 1) +
                  ", this knotestat reads up to " + schema(kSchemaVersion));
}

TEST_F(ReaderTest, SchemaOneHadNoLaunches) {
  WriteSample();
  for (const char* statement :
       {"ALTER TABLE context DROP COLUMN timer_skew_ns",
        "ALTER TABLE context DROP COLUMN plan", "DROP TABLE timer_brackets",
        "DROP TABLE launches", "ALTER TABLE blocks DROP COLUMN launch",
        "ALTER TABLE blocks DROP COLUMN probe",
        "ALTER TABLE blocks DROP COLUMN cycle_ns",
        "ALTER TABLE detaches DROP COLUMN launch", "DROP TABLE wait_links",
        "PRAGMA user_version = 1"})
    ExecuteOn(path_, statement);
  DropWhatSchemaFiveBrought();
  MakeStacksATable();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->launches.empty());
  EXPECT_FALSE(run->context.timer_skew_ns);
  EXPECT_EQ(run->rows.blocks.size(), 160u);
  EXPECT_EQ(run->rows.blocks[0].launch, 0);
  EXPECT_EQ(run->rows.detaches.at(3).reclaim_ns, 98.5);
}

TEST_F(ReaderTest, SchemaTwoHadNoWaitChains) {
  WriteSample();
  ExecuteOn(path_, "DROP TABLE wait_links");
  ExecuteOn(path_, "ALTER TABLE blocks DROP COLUMN cycle_ns");
  ExecuteOn(path_, "PRAGMA user_version = 2");
  DropWhatSchemaFiveBrought();
  MakeStacksATable();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_TRUE(run->rows.wait_links.empty());
  EXPECT_EQ(run->launches.size(), 2u);
}

TEST_F(ReaderTest, SchemaThreeHadNoClockNoTruthsAndTheTotalsOfStacksAlone) {
  WriteSample();
  MakeStacksATable();
  ExecuteOn(path_, "ALTER TABLE blocks DROP COLUMN cycle_ns");
  for (const std::string table : {"truth_sightings", "truth_remarks",
                                  "truth_figures", "truth_waits", "truths"})
    ExecuteOn(path_, "DROP TABLE " + table);
  ExecuteOn(path_, "PRAGMA user_version = 3");
  DropWhatSchemaFiveBrought();
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_FALSE(run->rows.blocks.at(0).cycle_ns);
  EXPECT_EQ(run->rows.blocks.at(0).elapsed_ns, 1234.5);
  EXPECT_FALSE(run->rows.wait_links.empty());
  EXPECT_TRUE(run->truths.empty());
  ASSERT_EQ(run->rows.stacks.size(), 4u);
  const Stack& stack = run->rows.stacks[0];
  EXPECT_EQ(stack.folded, "main;kevent;f_event");
  EXPECT_EQ(stack.value, 20u * 4711);
  EXPECT_EQ(stack.events, 0u);
  EXPECT_EQ(stack.waker + stack.thread, "");
  EXPECT_EQ(stack.cpu, -1);
  ExecuteOn(path_,
            "PRAGMA ignore_check_constraints = ON; UPDATE stacks SET "
            "value = -1 WHERE cell = 2");
  ExpectError(absl::StatusCode::kDataLoss, "a count that cannot be");
}

TEST_F(ReaderTest, SchemaFourHadNoInterruptionsAndNoPlaces) {
  WriteSample();
  DropWhatSchemaFiveBrought();
  ExecuteOn(path_, "PRAGMA user_version = 4");
  const auto run = Read(path_);
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->context.watched_ns, 0);
  EXPECT_TRUE(run->context.interruptions.empty());
  EXPECT_EQ(run->rows.blocks.at(1).place, 0);
  EXPECT_EQ(run->context.timer_skew_ns, 3.5);
}

TEST_F(ReaderTest, NoSchema) {
  WriteSample();
  ExecuteOn(path_, "PRAGMA user_version = 0");
  ExpectError(absl::StatusCode::kDataLoss, "no schema version");
}

TEST_F(ReaderTest, TruncatedAnywhere) {
  WriteSample();
  const std::string whole = ContentOf(folder_).at("run.db");
  ASSERT_GE(whole.size(), 8 * kPage);
  for (size_t size = 1; size < whole.size(); size += 997) {
    Overwrite(path_, whole.substr(0, size));
    const auto run = Read(path_);
    EXPECT_FALSE(run.ok()) << "cut to " << size;
    if (size >= 100) {
      EXPECT_TRUE(absl::IsDataLoss(run.status())) << run.status();
    }
    Overwrite(path_, whole.substr(0, size / kPage * kPage + kPage / 2));
    EXPECT_FALSE(Read(path_).ok());
  }
  for (const size_t lost : {1u, 2u, 8u, 100u}) {
    Overwrite(path_, whole.substr(0, whole.size() - lost));
    ExpectError(absl::StatusCode::kDataLoss, "middle of a page");
  }
  for (size_t pages = 1; pages < whole.size() / kPage; ++pages) {
    Overwrite(path_, whole.substr(0, pages * kPage));
    ExpectError(absl::StatusCode::kDataLoss, "truncated or damaged");
  }
}

TEST_F(ReaderTest, AnyPageOverwritten) {
  WriteSample();
  const std::string whole = ContentOf(folder_).at("run.db");
  for (size_t page = 1; page < whole.size() / kPage; ++page) {
    std::string damaged = whole;
    damaged.replace(page * kPage, kPage, kPage, '\x5a');
    Overwrite(path_, damaged);
    ExpectError(absl::StatusCode::kDataLoss, "truncated or damaged");
  }
}

TEST_F(ReaderTest, RowsOfUnknownCells) {
  for (const std::string table : {"blocks", "detaches", "buckets", "stack_sums",
                                  "counters", "wait_links"}) {
    std::filesystem::remove(path_);
    WriteSample();
    ExecuteOn(path_, "UPDATE " + table + " SET cell = 9 WHERE cell = 2");
    ExpectError(absl::StatusCode::kDataLoss, "the table " + table);
  }
}

TEST_F(ReaderTest, RowsOfUnknownTruths) {
  for (const std::string table :
       {"truth_sightings", "truth_remarks", "truth_figures", "truth_waits"}) {
    std::filesystem::remove(path_);
    WriteSample();
    ExecuteOn(path_, "UPDATE " + table + " SET truth = 9 WHERE truth = 2");
    ExpectError(absl::StatusCode::kDataLoss, "the table " + table);
  }
}

TEST_F(ReaderTest, ValuesThatCannotBe) {
  for (const std::string change :
       {"UPDATE truths SET ending = 'odd'", "DROP TABLE truth_waits",
        "UPDATE truth_remarks SET kind = 'odd'",
        "UPDATE truth_sightings SET count = -1",
        "UPDATE blocks SET kind = 'odd' WHERE id = 3",
        "UPDATE buckets SET count = -1", "UPDATE context SET seed = 'x'",
        "DELETE FROM context", "DROP TABLE detaches",
        "ALTER TABLE cells DROP COLUMN safe"}) {
    std::filesystem::remove(path_);
    WriteSample();
    SCOPED_TRACE(change);
    ExecuteOn(path_, "PRAGMA ignore_check_constraints = ON; " + change);
    ExpectError(absl::StatusCode::kDataLoss, "truncated or damaged");
  }
}

}  // namespace
}  // namespace knotestat::record

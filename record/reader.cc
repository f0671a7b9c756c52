// Reading a whole result file.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "absl/strings/str_cat.h"
#include "record/load.h"
#include "record/open.h"
#include "record/sqlite.h"
#include "record/stack_rows.h"
#include "record/store.h"

namespace knotestat::record {
namespace {

constexpr int kAttempts = 3;

// PRAGMA quick_check leaves the constraints of these tables out: some have no
// rowid, one has an index on expressions.
absl::Status CheckCounts(const std::string& path, sqlite3* database) {
  const auto schema = QueryInteger(database, "PRAGMA user_version");
  if (!schema.ok()) return schema.status();
  std::string sql =
      "SELECT 1 FROM buckets WHERE lower_ns < 0 OR upper_ns <= lower_ns OR "
      "count < 0";
  sql += *schema < kStackTablesSince
             ? " UNION ALL SELECT 1 FROM stacks WHERE value < 0"
             : " UNION ALL SELECT 1 FROM stack_sums WHERE value < 0 OR "
               "events < 0";
  Statement impossible(database, sql);
  const absl::StatusOr<bool> row = impossible.Next();
  if (!row.ok()) return Damaged(path, std::string(row.status().message()));
  return *row ? Damaged(path, "a count that cannot be") : absl::OkStatus();
}

absl::Status CheckContent(const std::string& path, sqlite3* database) {
  Statement check(database, "PRAGMA quick_check(1)");
  const absl::StatusOr<bool> row = check.Next();
  if (!row.ok()) return row.status();
  if (*row && check.Text(0) != "ok") return Damaged(path, check.Text(0));
  Statement orphans(database, "PRAGMA foreign_key_check");
  const absl::StatusOr<bool> orphan = orphans.Next();
  if (!orphan.ok()) return orphan.status();
  if (*orphan) {
    return Damaged(path,
                   absl::StrCat("the table ", orphans.Text(0),
                                " names a cell or play that does not exist"));
  }
  return CheckCounts(path, database);
}

absl::StatusOr<Run> ReadOnce(const std::string& path) {
  const absl::StatusOr<Database> database = OpenResult(path);
  if (!database.ok()) return database.status();
  absl::Status checked = CheckContent(path, database->get());
  if (!checked.ok()) return checked;
  absl::StatusOr<Run> run = Load(database->get());
  // It says that it is ours, but a table or column is missing.
  if (absl::IsInternal(run.status())) {
    return Damaged(path, "its tables are not those of its schema");
  }
  return run;
}

}  // namespace

absl::StatusOr<Run> Read(const std::string& path) {
  absl::StatusOr<Run> run = ReadOnce(path);
  // A writer that finishes takes its -wal and -shm away under our feet.
  for (int attempt = 1; attempt < kAttempts; ++attempt) {
    if (run.ok() || !absl::IsPermissionDenied(run.status())) break;
    run = ReadOnce(path);
  }
  return run;
}

}  // namespace knotestat::record

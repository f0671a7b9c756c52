// A thin layer over SQLite's C interface: statements that free themselves and
// errors that name the file.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_SQLITE_H_
#define KNOTESTAT_RECORD_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace knotestat::record {

// Name of the database behind `database`, for messages.
std::string FileOf(sqlite3* database);

// What `code`, just returned for `database`, means: kResourceExhausted for a
// full disk, a quota or a file size limit, kUnavailable for a lock,
// kDataLoss for damage, kInvalidArgument for a row that breaks a constraint,
// kInternal for the rest. Names the file.
absl::Status ErrorOf(sqlite3* database, int code);

// kDataLoss: `file` is truncated or damaged, and what to do.
absl::Status Damaged(const std::string& file, const std::string& detail);

// Runs SQL that returns no rows.
absl::Status Execute(sqlite3* database, const std::string& sql);

// First column of the first row as an integer, e.g. of a PRAGMA.
absl::StatusOr<int64_t> QueryInteger(sqlite3* database, const char* sql);

// A prepared statement. Errors of preparing and binding are reported by the
// next Next() or Run(). Not thread-safe.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds all parameters in order, executes, and is ready to run again.
  template <typename... Values>
  absl::Status Run(const Values&... values) {
    int index = 0;
    (Bind(++index, values), ...);
    return RunBound();
  }

  // The same, and the first column of the first row if there is one.
  template <typename... Values>
  absl::StatusOr<std::optional<int64_t>> Query(const Values&... values) {
    int index = 0;
    (Bind(++index, values), ...);
    return QueryBound();
  }

  // Moves to the next row; false after the last.
  absl::StatusOr<bool> Next();

  // Columns of the current row, counted from 0.
  int Int(int column) const;
  int64_t Int64(int column) const;
  uint64_t Unsigned(int column) const;
  double Real(int column) const;
  std::optional<double> OptionalReal(int column) const;  // NULL: absent
  bool Bool(int column) const;
  std::string Text(int column) const;

 private:
  void Bind(int index, int value) { Bind(index, int64_t{value}); }
  void Bind(int index, bool value) { Bind(index, int64_t{value}); }
  void Bind(int index, int64_t value);
  void Bind(int index, uint64_t value);  // at most INT64_MAX
  void Bind(int index, double value);    // finite
  void Bind(int index, const std::optional<double>& value);  // absent: NULL
  void Bind(int index, std::string_view value);
  void Bind(int index, const std::string& value) {
    Bind(index, std::string_view(value));
  }
  void Refuse(int index, const std::string& value);
  absl::Status RunBound();
  absl::StatusOr<std::optional<int64_t>> QueryBound();

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;  // of preparing and binding
  absl::Status refused_;  // a value that SQLite cannot hold
};

// Keeps a write beyond RLIMIT_FSIZE from killing the process: while it lives,
// the calling thread gets EFBIG instead of SIGXFSZ. Clears errno, in which
// ErrorOf() looks for what SQLite does not tell.
class FileSizeSignalBlock {
 public:
  FileSizeSignalBlock();
  ~FileSizeSignalBlock();
  FileSizeSignalBlock(const FileSizeSignalBlock&) = delete;
  FileSizeSignalBlock& operator=(const FileSizeSignalBlock&) = delete;

 private:
  bool was_blocked_ = false;
};

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_SQLITE_H_

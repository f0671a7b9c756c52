// SPDX-License-Identifier: BSD-2-Clause
#include "record/sqlite.h"

#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <cmath>
#include <ctime>
#include <limits>

#include "absl/strings/str_cat.h"

namespace knotestat::record {
namespace {

bool IsDiskFull(sqlite3* database, int code, int at_return) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  if ((code & 0xff) != SQLITE_IOERR) return false;
  // SQLite keeps no errno of a failed COMMIT; the thread's own still has it.
  for (const int error : {sqlite3_system_errno(database), at_return}) {
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) return true;
  }
  return false;
}

sigset_t FileSizeSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGXFSZ);
  return set;
}

}  // namespace

std::string FileOf(sqlite3* database) {
  const char* name = sqlite3_db_filename(database, "main");
  return name == nullptr || *name == '\0' ? ":memory:" : name;
}

absl::Status ErrorOf(sqlite3* database, int code) {
  const int at_return = errno;
  const std::string file = FileOf(database);
  if (IsDiskFull(database, code, at_return)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        file,
        ": no room to write (disk full, quota or file size limit); what was "
        "committed before is intact: free some space and try again"));
  }
  const std::string detail = sqlite3_errmsg(database);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat(
          file, ": another process holds its lock (", detail, "): try again"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Damaged(file, detail);
    case SQLITE_CONSTRAINT:
      return absl::InvalidArgumentError(
          absl::StrCat(file, ": a row that cannot be stored (", detail, ")"));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return absl::PermissionDeniedError(
          absl::StrCat(file, ": cannot be opened or written (", detail,
                       "): check the permissions of the file and its folder"));
    default:
      return absl::InternalError(
          absl::StrCat(file, ": ", detail, " (SQLite code ", code, ")"));
  }
}

absl::Status Damaged(const std::string& file, const std::string& detail) {
  return absl::DataLossError(absl::StrCat(
      file, ": truncated or damaged (", detail,
      "): copy it again from where it was made, or repeat the run"));
}

absl::Status Execute(sqlite3* database, const std::string& sql) {
  const int code =
      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(database, code);
}

absl::StatusOr<int64_t> QueryInteger(sqlite3* database, const char* sql) {
  Statement query(database, sql);
  absl::StatusOr<bool> row = query.Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return absl::InternalError(
        absl::StrCat(FileOf(database), ": no answer to ", sql));
  }
  return query.Int64(0);
}

Statement::Statement(sqlite3* database, std::string_view sql)
    : database_(database) {
  code_ = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()),
                             &statement_, nullptr);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::Bind(int index, int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, index, value);
}

void Statement::Bind(int index, uint64_t value) {
  if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Refuse(index, absl::StrCat(value));
  }
  Bind(index, static_cast<int64_t>(value));
}

void Statement::Bind(int index, double value) {
  // SQLite would store NaN as NULL, which means "not measured".
  if (!std::isfinite(value)) return Refuse(index, absl::StrCat(value));
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_double(statement_, index, value);
}

void Statement::Bind(int index, const std::optional<double>& value) {
  if (value) return Bind(index, *value);
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_null(statement_, index);
}

void Statement::Bind(int index, std::string_view value) {
  if (code_ != SQLITE_OK) return;
  // An empty view may hold a null pointer, which SQLite takes for NULL.
  const char* text = value.data() == nullptr ? "" : value.data();
  code_ = sqlite3_bind_text64(statement_, index, text, value.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::Refuse(int index, const std::string& value) {
  refused_ = absl::InvalidArgumentError(
      absl::StrCat(FileOf(database_), ": cannot store ", value, " as ",
                   sqlite3_bind_parameter_name(statement_, index)));
}

absl::Status Statement::RunBound() {
  if (!refused_.ok()) return refused_;
  absl::StatusOr<bool> row = Next();
  sqlite3_reset(statement_);
  return row.status();
}

absl::StatusOr<std::optional<int64_t>> Statement::QueryBound() {
  if (!refused_.ok()) return refused_;
  const absl::StatusOr<bool> row = Next();
  std::optional<int64_t> first;
  if (row.ok() && *row) first = Int64(0);
  sqlite3_reset(statement_);
  if (!row.ok()) return row.status();
  return first;
}

absl::StatusOr<bool> Statement::Next() {
  if (code_ != SQLITE_OK) return ErrorOf(database_, code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return ErrorOf(database_, code);
}

int Statement::Int(int column) const {
  return sqlite3_column_int(statement_, column);
}

int64_t Statement::Int64(int column) const {
  return sqlite3_column_int64(statement_, column);
}

uint64_t Statement::Unsigned(int column) const {
  return static_cast<uint64_t>(Int64(column));
}

double Statement::Real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::optional<double> Statement::OptionalReal(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL)
    return std::nullopt;
  return Real(column);
}

bool Statement::Bool(int column) const { return Int(column) != 0; }

std::string Statement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (text == nullptr) return "";
  return std::string(reinterpret_cast<const char*>(text),
                     static_cast<size_t>(size));
}

FileSizeSignalBlock::FileSizeSignalBlock() {
  const sigset_t set = FileSizeSignal();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &set, &before);
  errno = 0;  // see ErrorOf()
  was_blocked_ = sigismember(&before, SIGXFSZ) == 1;
}

FileSizeSignalBlock::~FileSizeSignalBlock() {
  if (was_blocked_) return;
  const sigset_t set = FileSizeSignal();
  const timespec at_once = {};
  while (sigtimedwait(&set, nullptr, &at_once) > 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace knotestat::record

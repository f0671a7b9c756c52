// Opening a result file without changing it or anything beside it.
//
// SQLite would create a -wal and a -shm file next to a database in WAL mode,
// and fail where it cannot. How to open is therefore chosen by what is there.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/open.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "record/run.h"
#include "record/schema.h"
#include "record/sqlite.h"

namespace knotestat::record {
namespace {

constexpr int kReadTimeoutMs = 5000;
constexpr char kMagic[] = "SQLite format 3";  // with its final zero

std::string UriOf(const std::string& path) {
  // An empty authority, so that a path of two slashes stays a path.
  std::string uri = path.front() == '/' ? "file://" : "file:./";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppendFormat(&uri, "%%%02x", static_cast<unsigned>(c));
    } else {
      uri += c;
    }
  }
  return uri;
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// How to open, and what the URI must say.
struct Access {
  const char* parameters;
  const char* vfs = nullptr;
  const char* pragma = nullptr;
};

Access ChooseAccess(const std::string& path) {
  // Nothing but the file: nobody writes it.
  if (!Exists(path + "-wal")) return {"?mode=ro&immutable=1"};
  // Perhaps a writer is at work: its shared memory tells what is committed.
  if (Exists(path + "-shm")) return {"?mode=ro&readonly_shm=1"};
  // A copy of a killed run's two files: without locks, because nobody else
  // can be there, with the index of the WAL on our own heap.
  return {"?mode=ro", "unix-none", "PRAGMA locking_mode = EXCLUSIVE"};
}

absl::Status CheckFile(const std::string& path) {
  struct stat file = {};
  if (path.empty() || stat(path.c_str(), &file) != 0) {
    const int error = path.empty() ? ENOENT : errno;
    if (error == ENOENT || error == ENOTDIR) {
      return absl::NotFoundError(absl::StrCat(
          path.empty() ? "\"\"" : path,
          ": no such file: name a result file that `knotestat run` wrote"));
    }
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": ", std::strerror(error)));
  }
  if (S_ISDIR(file.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is a folder: name a result file in it"));
  }
  if (!S_ISREG(file.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is not a regular file: copy it to one first"));
  }
  if (access(path.c_str(), R_OK) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": cannot be read (", std::strerror(errno),
                     "): check its permissions"));
  }
  if (file.st_size == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": is empty: the run that should have written it was ended "
        "before it began; repeat it"));
  }
  return absl::OkStatus();
}

// The header, through SQLite's own descriptor: opening and closing another
// one would drop the locks of a writer in this process.
absl::Status CheckHeader(const std::string& path, sqlite3* database) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  sqlite3_int64 size = 0;
  std::array<unsigned char, 18> header = {};
  if (file == nullptr || file->pMethods == nullptr ||
      file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
    return absl::InternalError(absl::StrCat(path, ": cannot be read"));
  }
  // A short read fills up with zeros.
  file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()),
                        0);
  if (std::memcmp(header.data(), kMagic, sizeof kMagic) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     ": is not an SQLite database: name a result file that "
                     "`knotestat run` wrote"));
  }
  const int stored = header[16] << 8 | header[17];
  const int page = stored == 1 ? 65536 : stored;
  if (page < 512 || size % page != 0) {
    return Damaged(path, "it ends in the middle of a page");
  }
  return absl::OkStatus();
}

absl::Status CheckOwner(const std::string& path, sqlite3* database) {
  const auto application = QueryInteger(database, "PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": is an SQLite database, but not of knotestat: name a result "
        "file that `knotestat run` wrote"));
  }
  const auto version = QueryInteger(database, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": has schema ", *version, ", this knotestat reads up to ",
        kSchemaVersion, ": use the newer knotestat that wrote it"));
  }
  if (*version < 1) return Damaged(path, "it has no schema version");
  return absl::OkStatus();
}

absl::StatusOr<Database> OpenBy(const std::string& path, const Access& access) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2((UriOf(path) + access.parameters).c_str(), &raw,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, access.vfs);
  Database database(raw);
  if (code != SQLITE_OK) return ErrorOf(raw, code);
  sqlite3_busy_timeout(raw, kReadTimeoutMs);
  // Closing must not fold the WAL into a file that is only read; a file from
  // elsewhere must not make us run its triggers or views.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (access.pragma != nullptr) {
    absl::Status set = Execute(raw, access.pragma);
    if (!set.ok()) return set;
  }
  return database;
}

}  // namespace

void CloseDatabase::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

absl::StatusOr<Database> OpenResult(const std::string& path) {
  absl::Status there = CheckFile(path);
  if (!there.ok()) return there;
  absl::StatusOr<Database> database = OpenBy(path, ChooseAccess(path));
  if (!database.ok()) return database;
  for (const auto check : {CheckHeader, CheckOwner}) {
    absl::Status checked = check(path, database->get());
    if (!checked.ok()) return checked;
  }
  return database;
}

}  // namespace knotestat::record

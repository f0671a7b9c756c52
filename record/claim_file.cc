// SPDX-License-Identifier: BSD-2-Clause
#include "record/claim_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "record/store.h"

namespace knotestat::record {
namespace {

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

bool IsThere(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

absl::Status CannotCreate(const std::string& path, int error) {
  const std::string folder = FolderOf(path);
  const std::string said =
      absl::StrCat(path, ": cannot be created (", std::strerror(error), ")");
  switch (error) {
    case ENOENT:
      if (IsThere(folder)) {
        return absl::NotFoundError(absl::StrCat(
            said, ": nothing can be made in ", folder,
            ", or it is a link that leads nowhere: choose another place"));
      }
      return absl::NotFoundError(
          absl::StrCat(path, ": its folder ", folder,
                       " does not exist: create it or choose another place"));
    case EISDIR:
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": is a folder: name a file in it"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          absl::StrCat(said, ": choose a folder that you may write"));
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(
          absl::StrCat(said, ": free some space or choose another place"));
    default:
      return absl::InternalError(said);
  }
}

absl::Status BeingWritten(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat(path,
                   ": another knotestat is writing it: wait until it is "
                   "finished, or end it first"));
}

// Whether a knotestat is writing the file.
bool IsLocked(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  const bool locked =
      flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return locked;
}

// Output that is redirected into the file would be mixed with its pages.
bool IsStandardOutput(const struct stat& there) {
  for (const int file : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat standard = {};
    if (fstat(file, &standard) == 0 && standard.st_dev == there.st_dev &&
        standard.st_ino == there.st_ino)
      return true;
  }
  return false;
}

absl::Status Taken(const std::string& path) {
  if (IsThere(path + "-wal")) {
    return absl::AlreadyExistsError(absl::StrCat(
        path,
        ": exists, left by a run that was killed, and is never overwritten: "
        "`knotestat resume` goes on with it, or choose another name"));
  }
  return absl::AlreadyExistsError(
      absl::StrCat(path,
                   ": exists and is never overwritten: choose another name or "
                   "move it away"));
}

absl::Status CheckWhatIsThere(const std::string& path,
                              const struct stat& there) {
  if (S_ISDIR(there.st_mode)) return CannotCreate(path, EISDIR);
  if (!S_ISREG(there.st_mode)) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, ": is no ordinary file: choose a name that is not taken"));
  }
  if (IsStandardOutput(there)) {
    return absl::AlreadyExistsError(absl::StrCat(
        path,
        ": is where standard output or standard error goes: choose another "
        "name for the result file"));
  }
  if (IsLocked(path)) return BeingWritten(path);
  return there.st_size > 0 ? Taken(path) : absl::OkStatus();
}

}  // namespace

absl::Status CheckResultIsFree(const std::string& path) {
  struct stat there = {};
  if (stat(path.c_str(), &there) == 0) {
    absl::Status status = CheckWhatIsThere(path, there);
    if (!status.ok()) return status;
  } else if (errno != ENOENT) {
    return CannotCreate(path, errno);
  } else if (lstat(path.c_str(), &there) == 0) {
    return CannotCreate(path, ENOENT);
  }
  struct stat log = {};
  if (stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return absl::AlreadyExistsError(absl::StrCat(
        path,
        "-wal: left by an earlier run without its result file: move it "
        "away or choose another name"));
  }
  const std::string folder = FolderOf(path);
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return CannotCreate(path, errno);
  return absl::OkStatus();
}

absl::Status ClaimFile(const std::string& path, bool& created) {
  absl::Status free = CheckResultIsFree(path);
  if (!free.ok()) return free;
  const int file =
      open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file >= 0) {
    created = true;
    close(file);
    return absl::OkStatus();
  }
  if (errno != EEXIST) return CannotCreate(path, errno);
  // It was there and empty, or somebody else was quicker.
  struct stat there = {};
  if (stat(path.c_str(), &there) != 0) return CannotCreate(path, errno);
  return CheckWhatIsThere(path, there);
}

absl::Status LockFile(const std::string& path, int& lock) {
  lock = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": cannot be written (", std::strerror(errno),
                     "): check the permissions of the file and its folder"));
  }
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  close(lock);
  lock = -1;
  return BeingWritten(path);
}

}  // namespace knotestat::record

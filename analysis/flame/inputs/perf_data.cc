// perf.data, by way of `perf script`: only perf of about the same version knows
// what is in the file, and where the symbols are.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "analysis/flame/input.h"
#include "analysis/flame/perf_script.h"

namespace knotestat::flame {
namespace {

// The begin of struct perf_file_header, tools/perf/util/header.h of Linux.
struct PerfFileHeader {
  char magic[8];  // "PERFILE2"
  uint64_t size;  // of the header; of a stream, which has no more, 16
  uint64_t attribute_size;
  uint64_t attributes_offset, attributes_size;
  uint64_t data_offset, data_size;
};

absl::Status CheckWhole(const std::string& path, std::string_view beginning) {
  PerfFileHeader header{};
  std::memcpy(&header, beginning.data(),
              std::min(sizeof header, beginning.size()));
  if (beginning.size() >= 16 && header.size == 16) return absl::OkStatus();
  std::error_code ignored;
  const uint64_t there = std::filesystem::file_size(path, ignored);
  const auto truncated = [&](const std::string& how) {
    return absl::DataLossError(
        absl::StrCat(path, ": is a perf.data file that is not whole: ", how,
                     "; copy it again, or record again and let perf finish"));
  };
  if (beginning.size() < sizeof header)
    return truncated(absl::StrCat("it ends within its header, after ",
                                  beginning.size(), " bytes"));
  if (header.data_size == 0) return truncated("perf did not finish it");
  uint64_t end = 0;
  if (__builtin_add_overflow(header.data_offset, header.data_size, &end) ||
      end > there) {
    return truncated(
        absl::StrCat("its samples end at byte ", end, ", and it has ", there));
  }
  return absl::OkStatus();
}

// The first line of what a child wrote to its standard error.
std::string FirstLineOf(int descriptor) {
  char text[512] = {};
  const ssize_t bytes = pread(descriptor, text, sizeof text - 1, 0);
  std::string line(text, bytes > 0 ? static_cast<size_t>(bytes) : 0);
  return line.substr(0, line.find('\n'));
}

// `perf script` of a file, and what it prints. Not thread-safe.
class PerfScript {
 public:
  ~PerfScript() {
    for (const int descriptor : {output_, errors_})
      if (descriptor >= 0) close(descriptor);
    if (child_ > 0) Wait();
  }

  absl::Status Start(const std::string& path) {
    int ends[2];
    errors_ = memfd_create("perf script", MFD_CLOEXEC);
    if (errors_ < 0 || pipe2(ends, O_CLOEXEC) != 0)
      return absl::ErrnoToStatus(errno, "cannot prepare to start perf");
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, errors_, 2);
    // Absolute: perf takes "-" for standard input.
    std::string file = std::filesystem::absolute(path).string();
    std::string words[] = {"perf", "script", "-i", file};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                         words[3].data(), nullptr};
    const int error =
        posix_spawnp(&child_, "perf", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error == 0) return absl::OkStatus();
    child_ = -1;
    return absl::FailedPreconditionError(absl::StrCat(
        path,
        ": is a perf.data file, which only perf can read, and perf "
        "cannot be started (",
        std::strerror(error),
        "): install it (Debian: linux-perf), or give the output of `perf "
        "script` on the machine that recorded it"));
  }

  int output() const { return output_; }

  // After all output: kDataLoss with perf's own words if it failed.
  absl::Status Finish(const std::string& path) {
    if (const int status = Wait(); status != 0) {
      return absl::DataLossError(absl::StrCat(
          path, ": perf script cannot read it: ", FirstLineOf(errors_)));
    }
    return absl::OkStatus();
  }

 private:
  int Wait() {
    int status = -1;
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    child_ = -1;
    return status;
  }

  pid_t child_ = -1;
  int output_ = -1;
  int errors_ = -1;
};

absl::StatusOr<Profile> ReadPerfData(const std::string& path) {
  const absl::StatusOr<std::string> beginning = BeginningOf(path);
  if (!beginning.ok()) return beginning.status();
  absl::Status status = CheckWhole(path, *beginning);
  if (!status.ok()) return status;
  PerfScript script;
  if (status = script.Start(path); !status.ok()) return status;
  Profile profile;
  PerfScriptParser parser(&profile.tree);
  status =
      ReadPieces(script.output(), absl::StrCat("perf script of ", path),
                 [&](std::string_view piece) { return parser.Feed(piece); });
  if (status.ok()) status = parser.Finish();
  if (status.ok()) status = script.Finish(path);
  if (!status.ok()) return status;
  profile.note = parser.Note();
  return profile;
}

const InputRegistration perf_data_input({
    "perf-data",
    "what `perf record` wrote, where perf is installed",
    [](std::string_view beginning) { return beginning.starts_with("PERFILE"); },
    ReadPerfData,
});

}  // namespace
}  // namespace knotestat::flame

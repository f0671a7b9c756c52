// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"

namespace knotestat::flame {
namespace {

// Fits into a second-level cache with what is made of it.
constexpr size_t kPieceBytes = size_t{1} << 18;

}  // namespace

absl::Status ReadPieces(
    int descriptor, const std::string& name,
    const std::function<absl::Status(std::string_view)>& take) {
  const auto piece = std::make_unique<char[]>(kPieceBytes);
  for (;;) {
    const ssize_t bytes = read(descriptor, piece.get(), kPieceBytes);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0)
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name));
    if (bytes == 0) return absl::OkStatus();
    absl::Status status = take({piece.get(), static_cast<size_t>(bytes)});
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat(name, ": ", status.message()));
    }
  }
}

absl::Status ReadPieces(
    const std::string& path,
    const std::function<absl::Status(std::string_view)>& take) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  absl::Status status = ReadPieces(descriptor, path, take);
  close(descriptor);
  return status;
}

}  // namespace knotestat::flame

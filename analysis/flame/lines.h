// Text that arrives in pieces, line by line, and files in pieces.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_LINES_H_
#define KNOTESTAT_ANALYSIS_FLAME_LINES_H_

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace knotestat::flame {

// Calls `line(text)` -> absl::Status with each line, without its "\n" or
// "\r\n", and stops at the first error. Copies nothing but the line that a
// piece's end cuts. Not thread-safe.
class LineSplitter {
 public:
  template <class OnLine>
  absl::Status Feed(std::string_view piece, OnLine&& line) {
    while (const void* found = std::memchr(piece.data(), '\n', piece.size())) {
      const auto end =
          static_cast<size_t>(static_cast<const char*>(found) - piece.data());
      absl::Status status;
      if (rest_.empty()) {
        status = line(WithoutLineEnd(piece.substr(0, end)));
      } else {
        rest_.append(piece.substr(0, end));
        status = line(WithoutLineEnd(rest_));
        rest_.clear();
      }
      if (!status.ok()) return status;
      piece.remove_prefix(end + 1);
    }
    rest_.append(piece);
    return absl::OkStatus();
  }

  // The last line, if it lacks its line end.
  template <class OnLine>
  absl::Status Finish(OnLine&& line) {
    const std::string last = std::exchange(rest_, {});
    return last.empty() ? absl::OkStatus() : line(WithoutLineEnd(last));
  }

 private:
  static std::string_view WithoutLineEnd(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

  std::string rest_;
};

// Calls `take` with the file's content, piece by piece, until it fails. Errors
// name the file.
absl::Status ReadPieces(
    const std::string& path,
    const std::function<absl::Status(std::string_view)>& take);

// The same with what can be read from a descriptor, called `name` in errors.
absl::Status ReadPieces(
    int descriptor, const std::string& name,
    const std::function<absl::Status(std::string_view)>& take);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_LINES_H_

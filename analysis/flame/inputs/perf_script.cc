// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/perf_script.h"

#include "absl/strings/str_cat.h"
#include "analysis/flame/input.h"

namespace knotestat::flame {
namespace {

absl::StatusOr<Profile> ReadPerfScript(const std::string& path) {
  Profile profile;
  PerfScriptParser parser(&profile.tree);
  absl::Status status = ReadPieces(
      path, [&](std::string_view piece) { return parser.Feed(piece); });
  if (!status.ok()) return status;
  if (status = parser.Finish(); !status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", status.message()));
  }
  profile.note = parser.Note();
  return profile;
}

const InputRegistration perf_script_input({"perf-script",
                                           "the text that `perf script` prints",
                                           LooksLikePerfScript,
                                           ReadPerfScript});

}  // namespace
}  // namespace knotestat::flame

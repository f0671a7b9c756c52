// One line on a terminal's standard error that says how far a run is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_PROGRESS_H_
#define KNOTESTAT_CLI_PROGRESS_H_

#include <string>

#include "absl/time/time.h"

namespace knotestat::cli {

// Prints nothing where standard error is no terminal. Redraws at most ten
// times a second. Not thread-safe.
class Progress {
 public:
  Progress();
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of the whole run, 0 to 1, and what is being measured.
  void Show(double done, const std::string& what);

 private:
  const bool terminal_;
  const absl::Time begin_;
  absl::Time drawn_ = absl::InfinitePast();
};

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_PROGRESS_H_

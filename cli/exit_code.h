// The program's exit codes: docs/reference/command-line.md lists them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_EXIT_CODE_H_
#define KNOTESTAT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"

namespace knotestat::cli {

enum ExitCode {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kBrokenPromise = 3,  // or a regression: `compare --fail-if`, the oracle
  kMissingPrivilege = 4,
  kTooNoisy = 5,
  kInterrupted = 130,
};

// The code for a command that failed with `status`.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_EXIT_CODE_H_

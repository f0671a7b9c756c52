// A result file's name, before SQLite opens it: that it is free, and whose it
// is.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_CLAIM_FILE_H_
#define KNOTESTAT_RECORD_CLAIM_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace knotestat::record {

// Creates an empty file, or accepts one that is there. Errors of
// CheckResultIsFree(). `created` is set if the file was not there.
absl::Status ClaimFile(const std::string& path, bool& created);

// Marks `path` as being written, until `lock` is closed. SQLite's own locks say
// so only during a transaction.
absl::Status LockFile(const std::string& path, int& lock);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_CLAIM_FILE_H_

// Opening a result file for reading, also while another process writes it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_OPEN_H_
#define KNOTESTAT_RECORD_OPEN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct sqlite3;

namespace knotestat::record {

struct CloseDatabase {
  void operator()(sqlite3* database) const;
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

// Opens `path` without changing it or what lies beside it. Its header has been
// looked at, its rows have not. Errors of Read(); kPermissionDenied also while
// a writer that finishes takes its WAL away: try again.
absl::StatusOr<Database> OpenResult(const std::string& path);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_OPEN_H_

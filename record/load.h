// Rows of an open database back into a Run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_LOAD_H_
#define KNOTESTAT_RECORD_LOAD_H_

#include "absl/status/statusor.h"
#include "record/run.h"

struct sqlite3;

namespace knotestat::record {

// The run in `database`, as of one moment even while it is written. What the
// tables cannot hold if we wrote them is kDataLoss.
absl::StatusOr<Run> Load(sqlite3* database);

// The same without its rows: how the run was made, its launches and cells.
// Within a transaction of the caller, if there is one.
absl::StatusOr<Run> LoadWithoutRows(sqlite3* database);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_LOAD_H_

// Truths in the result file: their tables, since schema 4.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_TRUTH_STORE_H_
#define KNOTESTAT_RECORD_TRUTH_STORE_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "record/truth.h"

struct sqlite3;

namespace knotestat::record {

inline constexpr std::string_view kTruthSchema = R"sql(
CREATE TABLE truths(
  id INTEGER PRIMARY KEY,
  strategy TEXT NOT NULL,
  strategy_group TEXT NOT NULL,
  scope TEXT NOT NULL,
  title TEXT NOT NULL,
  reader_may_block INTEGER NOT NULL,
  reader_may_recurse INTEGER NOT NULL,
  reader_may_migrate INTEGER NOT NULL,
  enter_under_spin_lock INTEGER NOT NULL,
  safe INTEGER NOT NULL,
  covers_submit INTEGER NOT NULL,
  writer_waits_for TEXT NOT NULL,
  workload TEXT NOT NULL,
  question TEXT NOT NULL,
  expected TEXT NOT NULL,
  promise TEXT NOT NULL,
  promise_name TEXT NOT NULL,
  promised INTEGER NOT NULL,
  parameters TEXT NOT NULL,
  verdict TEXT NOT NULL,
  difference INTEGER NOT NULL,
  failure TEXT NOT NULL,
  ending TEXT NOT NULL
    CHECK(ending IN ('finished', 'deadlock', 'stuck', 'crashed')),
  crash TEXT NOT NULL,
  against_the_promise INTEGER NOT NULL,
  seen_by_ebpf INTEGER NOT NULL,
  wait_cycle INTEGER NOT NULL
) STRICT;

CREATE TABLE truth_sightings(
  id INTEGER PRIMARY KEY,
  truth INTEGER NOT NULL REFERENCES truths(id),
  name TEXT NOT NULL,
  count INTEGER NOT NULL CHECK(count >= 0)
) STRICT;

CREATE TABLE truth_remarks(
  id INTEGER PRIMARY KEY,
  truth INTEGER NOT NULL REFERENCES truths(id),
  kind TEXT NOT NULL CHECK(kind IN ('wrong', 'note')),
  text TEXT NOT NULL
) STRICT;

CREATE TABLE truth_figures(
  id INTEGER PRIMARY KEY,
  truth INTEGER NOT NULL REFERENCES truths(id),
  text TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL
) STRICT;

CREATE TABLE truth_waits(
  id INTEGER PRIMARY KEY,
  truth INTEGER NOT NULL REFERENCES truths(id),
  actor TEXT NOT NULL,
  holds TEXT NOT NULL,
  wants TEXT NOT NULL,
  waits_for TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
)sql";

// Within a transaction of the caller. kAlreadyExists if its id was stored
// before, kInvalidArgument if its parameters are no JSON object.
absl::Status StoreTruth(sqlite3* database, const Truth& truth);

// All, by id; `database` has the tables. kDataLoss if they refer to none.
absl::StatusOr<std::vector<Truth>> LoadTruths(sqlite3* database);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_TRUTH_STORE_H_

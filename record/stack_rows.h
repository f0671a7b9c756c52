// Stacks in the result file: each folded stack stands there once, in
// folded_stacks, and stack_sums says what was seen of it. The view `stacks` has
// the totals, in the form that files of schema 3 and older had as a table.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_STACK_ROWS_H_
#define KNOTESTAT_RECORD_STACK_ROWS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "record/run.h"
#include "record/sqlite.h"

namespace knotestat::record {

// From this schema on files have these tables.
inline constexpr int kStackTablesSince = 4;

// The index makes rows of the same stack, thread, ... one: NULL differs from
// NULL, so it stands in for that.
inline constexpr std::string_view kStackTables = R"sql(
CREATE TABLE folded_stacks(
  id INTEGER PRIMARY KEY,  -- a hash of `folded`, or the next that is free
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE stack_sums(
  id INTEGER PRIMARY KEY,
  cell INTEGER NOT NULL REFERENCES cells(id),
  kind TEXT NOT NULL,
  stack INTEGER NOT NULL REFERENCES folded_stacks(id),
  waker INTEGER REFERENCES folded_stacks(id),
  thread TEXT,
  cpu INTEGER,
  part INTEGER NOT NULL,
  events INTEGER NOT NULL CHECK(events >= 0),
  value INTEGER NOT NULL CHECK(value >= 0)
) STRICT;

CREATE UNIQUE INDEX stack_sums_once ON stack_sums(
  cell, kind, stack, ifnull(waker, 0), ifnull(thread, ''), ifnull(cpu, -1),
  part);

CREATE VIEW stacks AS
  SELECT cell, kind, folded, sum(value) AS value
  FROM stack_sums JOIN folded_stacks ON folded_stacks.id = stack
  GROUP BY cell, kind, stack;
)sql";

// Adds rows to those stored. Not thread-safe; must not outlive the database.
class StackStore {
 public:
  explicit StackStore(sqlite3* database);

  // The errors of Statement::Run().
  absl::Status Add(const Stack& stack);

 private:
  // The row of `folded`, made if there is none.
  absl::StatusOr<int64_t> IdOf(std::string_view folded);

  Statement same_;
  Statement text_;
  Statement sum_;
};

// Appends all stacks of a file of `schema`, by cell, kind and folded stack.
absl::Status LoadStacks(sqlite3* database, int schema,
                        std::vector<Stack>& stacks);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_STACK_ROWS_H_

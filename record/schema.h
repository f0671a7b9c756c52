// Tables of the result file; docs/reference/result-file.md explains them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_SCHEMA_H_
#define KNOTESTAT_RECORD_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "record/run.h"

namespace knotestat::record {

// In the SQLite header, so that file(1) and we know whose file it is: "kNst".
inline constexpr int32_t kApplicationId = 0x6b4e7374;

// Largest integer of SQLite; as an upper bound it stands for "no bound".
inline constexpr uint64_t kNoUpperBound = INT64_MAX;

// STRICT tables, so that a damaged type is found by PRAGMA quick_check. Those
// of stacks are in stack_rows.h.
inline constexpr std::string_view kSchema = R"sql(
CREATE TABLE context(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  host TEXT NOT NULL,
  kernel TEXT NOT NULL,
  cpu_model TEXT NOT NULL,
  cpus INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  command_line TEXT NOT NULL,
  build TEXT NOT NULL,
  seed TEXT NOT NULL,
  timer_quantum_ns REAL NOT NULL,
  timer_cost_ns REAL NOT NULL,
  timer_skew_ns REAL,
  watched_ns REAL NOT NULL CHECK(watched_ns >= 0),
  bpf INTEGER NOT NULL,
  bpf_reason TEXT NOT NULL,
  plan TEXT NOT NULL,
  finished INTEGER NOT NULL
) STRICT;

CREATE TABLE timer_brackets(
  ns REAL PRIMARY KEY,
  count INTEGER NOT NULL CHECK(count >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE interruptions(
  ns REAL PRIMARY KEY,
  count INTEGER NOT NULL CHECK(count >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE launches(
  id INTEGER PRIMARY KEY,
  first_cell INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  finished INTEGER NOT NULL
) STRICT;

CREATE TABLE cells(
  id INTEGER PRIMARY KEY,
  strategy TEXT NOT NULL,
  strategy_group TEXT NOT NULL,
  scope TEXT NOT NULL,
  workload TEXT NOT NULL,
  cpus INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  processes INTEGER NOT NULL,
  cpu_list TEXT NOT NULL,
  parameters TEXT NOT NULL,
  submit_protection TEXT NOT NULL,
  refused TEXT NOT NULL,
  bytes_per_knote INTEGER NOT NULL,
  bytes_per_klist INTEGER NOT NULL,
  bytes_per_thread INTEGER NOT NULL,
  bytes_per_cpu INTEGER NOT NULL,
  reader_may_block INTEGER NOT NULL,
  reader_may_recurse INTEGER NOT NULL,
  reader_may_migrate INTEGER NOT NULL,
  enter_under_spin_lock INTEGER NOT NULL,
  safe INTEGER NOT NULL,
  covers_submit INTEGER NOT NULL,
  writer_waits_for TEXT NOT NULL
) STRICT;

CREATE TABLE blocks(
  id INTEGER PRIMARY KEY,
  cell INTEGER NOT NULL REFERENCES cells(id),
  launch INTEGER NOT NULL,
  round INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('mean', 'bare', 'probed', 'latency')),
  probe TEXT NOT NULL,
  path TEXT NOT NULL,
  thread INTEGER NOT NULL,
  operations INTEGER NOT NULL CHECK(operations >= 0),
  elapsed_ns REAL NOT NULL,
  cycle_ns REAL CHECK(cycle_ns > 0),
  place INTEGER NOT NULL
) STRICT;

CREATE TABLE detaches(
  id INTEGER PRIMARY KEY,
  cell INTEGER NOT NULL REFERENCES cells(id),
  launch INTEGER NOT NULL,
  round INTEGER NOT NULL,
  knotes INTEGER NOT NULL CHECK(knotes >= 0),
  from_intended_ns REAL NOT NULL,
  total_ns REAL NOT NULL,
  publish_ns REAL NOT NULL,
  wait_ns REAL NOT NULL,
  reclaim_ns REAL NOT NULL
) STRICT;

CREATE TABLE buckets(
  cell INTEGER NOT NULL REFERENCES cells(id),
  histogram TEXT NOT NULL,
  lower_ns INTEGER NOT NULL CHECK(lower_ns >= 0),
  upper_ns INTEGER NOT NULL CHECK(upper_ns > lower_ns),
  count INTEGER NOT NULL CHECK(count >= 0),
  PRIMARY KEY(cell, histogram, lower_ns, upper_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE wait_links(
  cell INTEGER NOT NULL REFERENCES cells(id),
  chain TEXT NOT NULL,
  link INTEGER NOT NULL CHECK(link >= 0),
  count INTEGER NOT NULL CHECK(count >= 0),
  total_ns INTEGER NOT NULL CHECK(total_ns >= 0),
  max_ns INTEGER NOT NULL CHECK(max_ns >= 0),
  PRIMARY KEY(cell, chain, link)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters(
  cell INTEGER NOT NULL REFERENCES cells(id),
  name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY(cell, name)
) STRICT, WITHOUT ROWID;
)sql";

// "mean", "bare", "probed" or "latency".
std::string_view NameOf(BlockKind kind);

// The inverse; nothing for any other name.
std::optional<BlockKind> BlockKindOf(std::string_view name);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_SCHEMA_H_

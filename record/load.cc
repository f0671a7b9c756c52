// SPDX-License-Identifier: BSD-2-Clause
#include "record/load.h"

#include <initializer_list>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "record/schema.h"
#include "record/sqlite.h"
#include "record/stack_rows.h"
#include "record/truth_store.h"

namespace knotestat::record {
namespace {

// Calls `take` for each row; `take` returns a Status.
template <typename Take>
absl::Status ForEachRow(sqlite3* database, std::string_view sql, Take take) {
  Statement query(database, sql);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if (absl::Status taken = take(query); !taken.ok()) return taken;
  }
}

absl::Status LoadContext(sqlite3* database, int schema, Run& run) {
  int rows = 0;
  absl::Status read = ForEachRow(
      database,
      "SELECT host, kernel, cpu_model, cpus, started_at, command_line, build, "
      "seed, timer_quantum_ns, timer_cost_ns, bpf, bpf_reason, finished, " +
          std::string(schema < 2 ? "NULL, ''" : "timer_skew_ns, plan") +
          (schema < 5 ? ", 0" : ", watched_ns") + " FROM context",
      [&](const Statement& row) {
        ++rows;
        Context& context = run.context;
        context.host = row.Text(0);
        context.kernel = row.Text(1);
        context.cpu_model = row.Text(2);
        context.cpus = row.Int(3);
        context.started_at = row.Text(4);
        context.command_line = row.Text(5);
        context.build = row.Text(6);
        if (!absl::SimpleAtoi(row.Text(7), &context.seed)) {
          return Damaged(FileOf(database), "the seed is not a number");
        }
        context.timer_quantum_ns = row.Real(8);
        context.timer_cost_ns = row.Real(9);
        context.bpf = row.Bool(10);
        context.bpf_reason = row.Text(11);
        run.finished = row.Bool(12);
        context.timer_skew_ns = row.OptionalReal(13);
        context.plan = row.Text(14);
        context.watched_ns = row.Real(15);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (rows != 1)
    return Damaged(FileOf(database), "no row in the table context");
  return absl::OkStatus();
}

// How often something took how long.
template <typename Row>
absl::Status LoadCounts(sqlite3* database, const std::string& table,
                        std::vector<Row>& rows) {
  return ForEachRow(database, "SELECT ns, count FROM " + table + " ORDER BY ns",
                    [&](const Statement& row) {
                      rows.push_back({row.Real(0), row.Unsigned(1)});
                      return absl::OkStatus();
                    });
}

absl::Status LoadTimerBrackets(sqlite3* database, int schema, Run& run) {
  if (schema < 2) return absl::OkStatus();
  return LoadCounts(database, "timer_brackets", run.context.timer_brackets);
}

absl::Status LoadInterruptions(sqlite3* database, int schema, Run& run) {
  if (schema < 5) return absl::OkStatus();
  return LoadCounts(database, "interruptions", run.context.interruptions);
}

absl::Status LoadLaunches(sqlite3* database, int schema, Run& run) {
  if (schema < 2) return absl::OkStatus();
  return ForEachRow(
      database,
      "SELECT id, first_cell, started_at, finished FROM launches ORDER BY id",
      [&](const Statement& row) {
        run.launches.push_back(
            {row.Int(0), row.Int(1), row.Text(2), row.Bool(3)});
        return absl::OkStatus();
      });
}

Cell CellOf(const Statement& row) {
  Cell cell;
  cell.id = row.Int(0);
  cell.strategy = row.Text(1);
  cell.group = row.Text(2);
  cell.scope = row.Text(3);
  cell.workload = row.Text(4);
  cell.cpus = row.Int(5);
  cell.threads = row.Int(6);
  cell.processes = row.Int(7);
  cell.cpu_list = row.Text(8);
  cell.parameters = row.Text(9);
  cell.submit_protection = row.Text(10);
  cell.refused = row.Text(11);
  cell.bytes.per_knote = row.Int64(12);
  cell.bytes.per_klist = row.Int64(13);
  cell.bytes.per_thread = row.Int64(14);
  cell.bytes.per_cpu = row.Int64(15);
  cell.promises.reader_may_block = row.Bool(16);
  cell.promises.reader_may_recurse = row.Bool(17);
  cell.promises.reader_may_migrate = row.Bool(18);
  cell.promises.enter_under_spin_lock = row.Bool(19);
  cell.promises.safe = row.Bool(20);
  cell.promises.covers_submit = row.Bool(21);
  cell.promises.writer_waits_for = row.Text(22);
  return cell;
}

absl::Status LoadCells(sqlite3* database, int /*schema*/, Run& run) {
  return ForEachRow(
      database,
      "SELECT id, strategy, strategy_group, scope, workload, cpus, threads, "
      "processes, cpu_list, parameters, submit_protection, refused, "
      "bytes_per_knote, bytes_per_klist, bytes_per_thread, bytes_per_cpu, "
      "reader_may_block, reader_may_recurse, reader_may_migrate, "
      "enter_under_spin_lock, safe, covers_submit, writer_waits_for "
      "FROM cells ORDER BY id",
      [&](const Statement& row) {
        run.cells.push_back(CellOf(row));
        return absl::OkStatus();
      });
}

absl::Status LoadBlocks(sqlite3* database, int schema, Run& run) {
  return ForEachRow(
      database,
      "SELECT cell, round, kind, path, thread, operations, elapsed_ns, " +
          std::string(schema < 2   ? "0, '', NULL, 0"
                      : schema < 4 ? "launch, probe, NULL, 0"
                      : schema < 5 ? "launch, probe, cycle_ns, 0"
                                   : "launch, probe, cycle_ns, place") +
          " FROM blocks ORDER BY id",
      [&](const Statement& row) {
        const auto kind = BlockKindOf(row.Text(2));
        if (!kind.has_value()) {
          return Damaged(FileOf(database), "a block of unknown kind");
        }
        run.rows.blocks.push_back({row.Int(0), row.Int(1), *kind, row.Text(3),
                                   row.Int(4), row.Unsigned(5), row.Real(6),
                                   row.Int(7), row.Text(8), row.OptionalReal(9),
                                   row.Int(10)});
        return absl::OkStatus();
      });
}

absl::Status LoadDetaches(sqlite3* database, int schema, Run& run) {
  return ForEachRow(
      database,
      "SELECT cell, round, knotes, from_intended_ns, total_ns, publish_ns, "
      "wait_ns, reclaim_ns, " +
          std::string(schema < 2 ? "0" : "launch") +
          " FROM detaches ORDER BY id",
      [&](const Statement& row) {
        run.rows.detaches.push_back({row.Int(0), row.Int(1), row.Unsigned(2),
                                     row.Real(3), row.Real(4), row.Real(5),
                                     row.Real(6), row.Real(7), row.Int(8)});
        return absl::OkStatus();
      });
}

absl::Status LoadBuckets(sqlite3* database, int /*schema*/, Run& run) {
  return ForEachRow(
      database,
      "SELECT cell, histogram, lower_ns, upper_ns, count FROM buckets "
      "ORDER BY cell, histogram, lower_ns, upper_ns",
      [&](const Statement& row) {
        const uint64_t upper = row.Unsigned(3);
        run.rows.buckets.push_back({row.Int(0), row.Text(1), row.Unsigned(2),
                                    upper == kNoUpperBound ? UINT64_MAX : upper,
                                    row.Unsigned(4)});
        return absl::OkStatus();
      });
}

absl::Status LoadStackRows(sqlite3* database, int schema, Run& run) {
  return LoadStacks(database, schema, run.rows.stacks);
}

absl::Status LoadCounters(sqlite3* database, int /*schema*/, Run& run) {
  return ForEachRow(
      database, "SELECT cell, name, value FROM counters ORDER BY cell, name",
      [&](const Statement& row) {
        run.rows.counters.push_back({row.Int(0), row.Text(1), row.Real(2)});
        return absl::OkStatus();
      });
}

absl::Status LoadWaitLinks(sqlite3* database, int schema, Run& run) {
  if (schema < 3) return absl::OkStatus();
  return ForEachRow(database,
                    "SELECT cell, chain, link, count, total_ns, max_ns "
                    "FROM wait_links ORDER BY cell, chain, link",
                    [&](const Statement& row) {
                      run.rows.wait_links.push_back(
                          {row.Int(0), row.Text(1), row.Int(2), row.Unsigned(3),
                           row.Unsigned(4), row.Unsigned(5)});
                      return absl::OkStatus();
                    });
}

absl::Status LoadPlays(sqlite3* database, int schema, Run& run) {
  if (schema < 4) return absl::OkStatus();
  auto truths = LoadTruths(database);
  if (!truths.ok()) return truths.status();
  run.truths = *std::move(truths);
  return absl::OkStatus();
}

using LoadTable = absl::Status (*)(sqlite3* database, int schema, Run& run);

absl::Status LoadTables(sqlite3* database,
                        std::initializer_list<LoadTable> tables, Run& run) {
  const auto schema = QueryInteger(database, "PRAGMA user_version");
  if (!schema.ok()) return schema.status();
  for (const LoadTable load : tables) {
    absl::Status loaded = load(database, static_cast<int>(*schema), run);
    if (!loaded.ok()) return loaded;
  }
  return absl::OkStatus();
}

absl::StatusOr<Run> LoadAll(sqlite3* database) {
  absl::StatusOr<Run> run = LoadWithoutRows(database);
  if (!run.ok()) return run;
  absl::Status loaded =
      LoadTables(database,
                 {LoadBlocks, LoadDetaches, LoadBuckets, LoadStackRows,
                  LoadCounters, LoadWaitLinks, LoadPlays},
                 *run);
  if (!loaded.ok()) return loaded;
  return run;
}

}  // namespace

absl::StatusOr<Run> LoadWithoutRows(sqlite3* database) {
  Run run;
  absl::Status loaded = LoadTables(database,
                                   {LoadContext, LoadTimerBrackets,
                                    LoadInterruptions, LoadLaunches, LoadCells},
                                   run);
  if (!loaded.ok()) return loaded;
  return run;
}

absl::StatusOr<Run> Load(sqlite3* database) {
  // One read transaction: all tables are seen as of one moment.
  if (absl::Status begun = Execute(database, "BEGIN"); !begun.ok()) {
    return begun;
  }
  absl::StatusOr<Run> run = LoadAll(database);
  absl::Status ended = Execute(database, "COMMIT");
  if (run.ok() && !ended.ok()) return ended;
  return run;
}

}  // namespace knotestat::record

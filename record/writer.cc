// Writing one run: create, add cells, commit batches, finish.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "record/claim_file.h"
#include "record/load.h"
#include "record/schema.h"
#include "record/sqlite.h"
#include "record/stack_rows.h"
#include "record/store.h"
#include "record/truth_store.h"

namespace knotestat::record {
namespace {

constexpr char kMemory[] = ":memory:";
// A reader holds its snapshot for milliseconds.
constexpr int kWriteTimeoutMs = 5000;
// FULL: a commit survives a power cut, not only a kill.
constexpr char kDurability[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
    "PRAGMA foreign_keys = ON; ";

// SQLite takes some names for something else than a file.
std::string PlainPath(const std::string& path) {
  return path == kMemory || path.front() == '/' ? path : "./" + path;
}

// `database` is to be closed by the caller in any case.
absl::Status OpenForWriting(const std::string& path, sqlite3*& database) {
  const int code = sqlite3_open_v2(PlainPath(path).c_str(), &database,
                                   SQLITE_OPEN_READWRITE, nullptr);
  sqlite3_busy_timeout(database, kWriteTimeoutMs);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(database, code);
}

absl::Status StoreContext(sqlite3* database, const Context& context) {
  Statement insert(
      database,
      "INSERT INTO context VALUES(1, :host, :kernel, :cpu_model, :cpus, "
      ":started_at, :command_line, :build, :seed, :timer_quantum_ns, "
      ":timer_cost_ns, :timer_skew_ns, :watched_ns, :bpf, :bpf_reason, :plan, "
      "0)");
  // The seed as text: SQLite has no unsigned 64-bit integer.
  absl::Status stored = insert.Run(
      context.host, context.kernel, context.cpu_model, context.cpus,
      context.started_at, context.command_line, context.build,
      std::to_string(context.seed), context.timer_quantum_ns,
      context.timer_cost_ns, context.timer_skew_ns, context.watched_ns,
      context.bpf, context.bpf_reason, context.plan);
  Statement bracket(database, "INSERT INTO timer_brackets VALUES(:ns, :count)");
  for (const TimerBracket& row : context.timer_brackets) {
    if (stored.ok()) stored = bracket.Run(row.ns, row.count);
  }
  Statement interruption(database,
                         "INSERT INTO interruptions VALUES(:ns, :count)");
  for (const Interruption& row : context.interruptions) {
    if (stored.ok()) stored = interruption.Run(row.ns, row.count);
  }
  return stored;
}

// Runs `store` as one transaction: all of it or none.
template <typename Store>
absl::Status Transact(sqlite3* database, Store store) {
  const FileSizeSignalBlock block;
  if (absl::Status begun = Execute(database, "BEGIN IMMEDIATE"); !begun.ok()) {
    return begun;
  }
  absl::Status stored = store();
  if (stored.ok()) stored = Execute(database, "COMMIT");
  // SQLite has rolled back by itself after some errors.
  if (!stored.ok() && sqlite3_get_autocommit(database) == 0) {
    sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return stored;
}

absl::Status CreateTables(sqlite3* database, const Context& context) {
  const std::string setup =
      absl::StrCat(kDurability, "PRAGMA application_id = ", kApplicationId,
                   "; PRAGMA user_version = ", kSchemaVersion, ";");
  if (absl::Status done = Execute(database, setup); !done.ok()) return done;
  absl::Status stored = Transact(database, [&] {
    absl::Status created =
        Execute(database,
                std::string(kSchema).append(kStackTables).append(kTruthSchema));
    return created.ok() ? StoreContext(database, context) : created;
  });
  if (!stored.ok()) return stored;
  // So that the file says what it is, even without its WAL.
  return Execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
}

// Undoes a Create() that failed half way.
void Abandon(const std::string& path, bool created) {
  for (const char* suffix : {"-wal", "-shm"}) {
    unlink((path + suffix).c_str());
  }
  if (created) {
    unlink(path.c_str());
  } else if (truncate(path.c_str(), 0) != 0) {
    // It was empty and is not ours: nothing better can be done.
  }
}

absl::Status ExplainUnknownCell(sqlite3* database, int cell,
                                absl::Status stored) {
  if (sqlite3_extended_errcode(database) != SQLITE_CONSTRAINT_FOREIGNKEY) {
    return stored;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      FileOf(database), ": a row of cell ", cell, ", which was never added"));
}

// Inserts each row through `run(statement, row)`.
template <typename Rows, typename RunRow>
absl::Status StoreRows(sqlite3* database, const Rows& rows,
                       std::string_view sql, RunRow run) {
  if (rows.empty()) return absl::OkStatus();
  Statement insert(database, sql);
  for (const auto& row : rows) {
    if (absl::Status stored = run(insert, row); !stored.ok()) {
      return ExplainUnknownCell(database, row.cell, stored);
    }
  }
  return absl::OkStatus();
}

absl::Status StoreBlocks(sqlite3* database, const std::vector<Block>& blocks) {
  return StoreRows(
      database, blocks,
      "INSERT INTO blocks(cell, launch, round, kind, probe, path, thread, "
      "operations, elapsed_ns, cycle_ns, place) VALUES(:cell, :launch, :round, "
      ":kind, :probe, :path, :thread, :operations, :elapsed_ns, :cycle_ns, "
      ":place)",
      [](Statement& insert, const Block& row) {
        return insert.Run(row.cell, row.launch, row.round, NameOf(row.kind),
                          row.probe, row.path, row.thread, row.operations,
                          row.elapsed_ns, row.cycle_ns, row.place);
      });
}

absl::Status StoreDetaches(sqlite3* database,
                           const std::vector<Detach>& detaches) {
  return StoreRows(
      database, detaches,
      "INSERT INTO detaches(cell, launch, round, knotes, from_intended_ns, "
      "total_ns, publish_ns, wait_ns, reclaim_ns) VALUES(:cell, :launch, "
      ":round, :knotes, :from_intended_ns, :total_ns, :publish_ns, :wait_ns, "
      ":reclaim_ns)",
      [](Statement& insert, const Detach& row) {
        return insert.Run(row.cell, row.launch, row.round, row.knotes,
                          row.from_intended_ns, row.total_ns, row.publish_ns,
                          row.wait_ns, row.reclaim_ns);
      });
}

absl::Status StoreBuckets(sqlite3* database,
                          const std::vector<Bucket>& buckets) {
  return StoreRows(
      database, buckets,
      "INSERT INTO buckets VALUES(:cell, :histogram, :lower_ns, :upper_ns, "
      ":count) ON CONFLICT DO UPDATE SET count = count + excluded.count",
      [](Statement& insert, const Bucket& row) {
        return insert.Run(row.cell, row.histogram, row.lower_ns,
                          std::min(row.upper_ns, kNoUpperBound), row.count);
      });
}

absl::Status StoreStacks(sqlite3* database, const std::vector<Stack>& stacks) {
  if (stacks.empty()) return absl::OkStatus();
  StackStore store(database);
  for (const Stack& stack : stacks) {
    if (absl::Status stored = store.Add(stack); !stored.ok()) {
      return ExplainUnknownCell(database, stack.cell, stored);
    }
  }
  return absl::OkStatus();
}

absl::Status StoreCounters(sqlite3* database,
                           const std::vector<Counter>& counters) {
  return StoreRows(database, counters,
                   "INSERT INTO counters VALUES(:cell, :name, :value) "
                   "ON CONFLICT DO UPDATE SET value = iif(:maximum, "
                   "max(value, excluded.value), value + excluded.value)",
                   [](Statement& insert, const Counter& row) {
                     return insert.Run(row.cell, row.name, row.value,
                                       absl::EndsWith(row.name, ".max_ns"));
                   });
}

absl::Status StoreWaitLinks(sqlite3* database,
                            const std::vector<WaitLink>& links) {
  return StoreRows(database, links,
                   "INSERT INTO wait_links VALUES(:cell, :chain, :link, "
                   ":count, :total_ns, :max_ns) ON CONFLICT DO UPDATE SET "
                   "count = count + excluded.count, "
                   "total_ns = total_ns + excluded.total_ns, "
                   "max_ns = max(max_ns, excluded.max_ns)",
                   [](Statement& insert, const WaitLink& row) {
                     return insert.Run(row.cell, row.chain, row.link, row.count,
                                       row.total_ns, row.max_ns);
                   });
}

absl::Status StoreCell(sqlite3* database, const Cell& cell) {
  Statement insert(
      database,
      "INSERT INTO cells VALUES(:id, :strategy, :strategy_group, :scope, "
      ":workload, :cpus, :threads, :processes, :cpu_list, :parameters, "
      ":submit_protection, :refused, :bytes_per_knote, :bytes_per_klist, "
      ":bytes_per_thread, :bytes_per_cpu, :reader_may_block, "
      ":reader_may_recurse, :reader_may_migrate, :enter_under_spin_lock, "
      ":safe, :covers_submit, :writer_waits_for)");
  const Promises& promises = cell.promises;
  absl::Status stored = insert.Run(
      cell.id, cell.strategy, cell.group, cell.scope, cell.workload, cell.cpus,
      cell.threads, cell.processes, cell.cpu_list, cell.parameters,
      cell.submit_protection, cell.refused, cell.bytes.per_knote,
      cell.bytes.per_klist, cell.bytes.per_thread, cell.bytes.per_cpu,
      promises.reader_may_block, promises.reader_may_recurse,
      promises.reader_may_migrate, promises.enter_under_spin_lock,
      promises.safe, promises.covers_submit, promises.writer_waits_for);
  if (sqlite3_extended_errcode(database) == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return absl::AlreadyExistsError(absl::StrCat(FileOf(database), ": cell ",
                                                 cell.id, " was added before"));
  }
  return stored;
}

bool IsJsonObject(const std::string& text) {
  return nlohmann::json::parse(text, nullptr, false).is_object();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Create(const std::string& path,
                                                       const Context& context) {
  if (path.empty()) {
    return absl::InvalidArgumentError("the name of the result file is empty");
  }
  bool created = false;
  int lock = -1;
  if (path != kMemory) {
    absl::Status claimed = ClaimFile(path, created);
    if (claimed.ok()) claimed = LockFile(path, lock);
    if (!claimed.ok()) return claimed;
  }
  const FileSizeSignalBlock block;
  sqlite3* database = nullptr;
  absl::Status done = OpenForWriting(path, database);
  std::unique_ptr<Writer> writer(new Writer(database, lock));
  if (done.ok()) done = CreateTables(database, context);
  if (done.ok()) return writer;
  writer.reset();
  if (path != kMemory) Abandon(path, created);
  return done;
}

absl::StatusOr<std::unique_ptr<Writer>> Writer::Reopen(
    const std::string& path) {
  const absl::StatusOr<Run> run = Read(path);
  if (!run.ok()) return run.status();
  if (run->finished) {
    return absl::FailedPreconditionError(absl::StrCat(
        path,
        ": is finished, nothing of it is left to measure: start another "
        "run, and merge the two if they belong together"));
  }
  int lock = -1;
  absl::Status done = LockFile(path, lock);
  if (!done.ok()) return done;
  sqlite3* database = nullptr;
  done = OpenForWriting(path, database);
  std::unique_ptr<Writer> writer(new Writer(database, lock));
  if (!done.ok()) return done;
  const auto schema = QueryInteger(database, "PRAGMA user_version");
  if (!schema.ok()) return schema.status();
  if (*schema != kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": has schema ", *schema, ", only files of schema ",
        kSchemaVersion, " can be gone on with: start another run"));
  }
  done = Execute(database, kDurability);
  if (!done.ok()) return done;
  return writer;
}

Writer::Writer(sqlite3* database, int lock)
    : database_(database), lock_(lock) {}

Writer::~Writer() {
  const FileSizeSignalBlock block;  // closing folds the WAL into the file
  sqlite3_close_v2(database_);
  // Not before: closing any descriptor of a file drops SQLite's own locks.
  if (lock_ >= 0) close(lock_);
}

absl::Status Writer::AddLaunch(const Launch& launch) {
  return Transact(database_, [&] {
    Statement insert(database_,
                     "INSERT INTO launches VALUES(:id, :first_cell, "
                     ":started_at, 0)");
    return insert.Run(launch.id, launch.first_cell, launch.started_at);
  });
}

absl::Status Writer::FinishLaunch(int id) {
  return Transact(database_, [&] {
    Statement update(database_,
                     "UPDATE launches SET finished = 1 WHERE id = :id");
    return update.Run(id);
  });
}

absl::Status Writer::AddCell(const Cell& cell) {
  if (!cell.parameters.empty() && !IsJsonObject(cell.parameters)) {
    return absl::InvalidArgumentError(
        absl::StrCat(FileOf(database_), ": the parameters of cell ", cell.id,
                     " are no JSON object: ", cell.parameters));
  }
  return Transact(database_, [&] { return StoreCell(database_, cell); });
}

absl::Status Writer::AddTruth(const Truth& truth) {
  return Transact(database_, [&] { return StoreTruth(database_, truth); });
}

absl::Status Writer::Commit(const Batch& batch) {
  return Transact(database_, [&] {
    absl::Status stored = StoreBlocks(database_, batch.blocks);
    if (stored.ok()) stored = StoreDetaches(database_, batch.detaches);
    if (stored.ok()) stored = StoreBuckets(database_, batch.buckets);
    if (stored.ok()) stored = StoreStacks(database_, batch.stacks);
    if (stored.ok()) stored = StoreCounters(database_, batch.counters);
    if (stored.ok()) stored = StoreWaitLinks(database_, batch.wait_links);
    return stored;
  });
}

absl::Status Writer::Finish() {
  absl::Status marked = Transact(database_, [&] {
    return Execute(database_, "UPDATE context SET finished = 1");
  });
  if (!marked.ok()) return marked;
  const FileSizeSignalBlock block;
  absl::Status folded = Execute(database_, "PRAGMA wal_checkpoint(TRUNCATE)");
  if (!folded.ok()) return folded;
  // Without a WAL the file can be read from a read-only place. A reader may
  // be in the way; then the file stays as good as it is.
  sqlite3_exec(database_, "PRAGMA journal_mode = DELETE", nullptr, nullptr,
               nullptr);
  return absl::OkStatus();
}

absl::StatusOr<Run> Writer::Snapshot() const { return Load(database_); }

}  // namespace knotestat::record

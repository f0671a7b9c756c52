// SPDX-License-Identifier: BSD-2-Clause
#include "record/watch.h"

#include <sys/stat.h>

#include <algorithm>

#include "record/load.h"
#include "record/open.h"
#include "record/schema.h"
#include "record/sqlite.h"

namespace knotestat::record {
namespace {

constexpr int kGlances = 3;

double ChangedAt(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return 0;
  return static_cast<double>(file.st_mtim.tv_sec) +
         static_cast<double>(file.st_mtim.tv_nsec) / 1e9;
}

absl::Status LookAtBlocks(sqlite3* database, Glance& glance) {
  Statement newest(database,
                   "SELECT id, cell, kind FROM blocks ORDER BY id DESC "
                   "LIMIT 1");
  const absl::StatusOr<bool> row = newest.Next();
  if (!row.ok()) return row.status();
  if (!*row) return absl::OkStatus();
  glance.blocks = newest.Int64(0);
  const auto kind = BlockKindOf(newest.Text(2));
  if (!kind) return Damaged(FileOf(database), "a block of an unknown kind");
  glance.newest = NewestBlock{newest.Int(1), *kind};
  return absl::OkStatus();
}

absl::Status LookAtDetaches(sqlite3* database, int64_t known, Glance& glance) {
  const auto last =
      QueryInteger(database, "SELECT coalesce(max(id), 0) FROM detaches");
  if (!last.ok()) return last.status();
  glance.detaches = *last;
  if (known < 0) return absl::OkStatus();
  // Row ids are given one after another and no row is ever taken away.
  const int64_t from = std::max(known, *last - kMostNewDetaches);
  Statement rows(database, "SELECT total_ns FROM detaches WHERE id > " +
                               std::to_string(from) + " ORDER BY id");
  while (true) {
    const absl::StatusOr<bool> row = rows.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    glance.new_detach_ns.push_back(rows.Real(0));
  }
}

absl::Status LookAtSamples(sqlite3* database, Glance& glance) {
  Statement rows(database,
                 "SELECT lower_ns, sum(count) FROM buckets "
                 "WHERE histogram LIKE 'sampled.%' GROUP BY lower_ns");
  while (true) {
    const absl::StatusOr<bool> row = rows.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    glance.sampled[rows.Unsigned(0)] = rows.Unsigned(1);
  }
}

absl::Status LookAtRows(sqlite3* database, int64_t known, Glance& glance) {
  absl::StatusOr<Run> run = LoadWithoutRows(database);
  if (!run.ok()) return run.status();
  glance.run = *std::move(run);
  absl::Status looked = LookAtBlocks(database, glance);
  if (looked.ok()) looked = LookAtDetaches(database, known, glance);
  return looked.ok() ? LookAtSamples(database, glance) : looked;
}

absl::StatusOr<Glance> WatchOnce(const std::string& path, int64_t known) {
  Glance glance;
  glance.stored_at_s = std::max(ChangedAt(path), ChangedAt(path + "-wal"));
  const absl::StatusOr<Database> database = OpenResult(path);
  if (!database.ok()) return database.status();
  // One read transaction: all of it is as of one moment.
  absl::Status looked = Execute(database->get(), "BEGIN");
  if (looked.ok()) looked = LookAtRows(database->get(), known, glance);
  if (absl::IsInternal(looked))
    return Damaged(path, "its tables are not those of its schema");
  if (!looked.ok()) return looked;
  return glance;
}

}  // namespace

absl::StatusOr<Glance> Watch(const std::string& path, int64_t known_detaches) {
  absl::StatusOr<Glance> glance = WatchOnce(path, known_detaches);
  // A writer that finishes takes its -wal and -shm away under our feet.
  for (int attempt = 1; attempt < kGlances; ++attempt) {
    if (glance.ok() || !absl::IsPermissionDenied(glance.status())) break;
    glance = WatchOnce(path, known_detaches);
  }
  return glance;
}

}  // namespace knotestat::record

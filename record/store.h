// The result file: one SQLite database (WAL) per run.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_STORE_H_
#define KNOTESTAT_RECORD_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "record/run.h"

struct sqlite3;

namespace knotestat::record {

// Writes one run. A reader may open the file at any time; after a kill it
// holds everything up to the last Commit(). Not thread-safe: one owner.
class Writer {
 public:
  // Creates `path`. An existing file is an error (kAlreadyExists) unless it is
  // empty; it is never overwritten. ":memory:" keeps the run in memory only.
  static absl::StatusOr<std::unique_ptr<Writer>> Create(const std::string& path,
                                                        const Context& context);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Goes on with a run of this schema that was interrupted or killed.
  // kFailedPrecondition if it is finished, of another schema, or still being
  // written; otherwise the errors of Read().
  static absl::StatusOr<std::unique_ptr<Writer>> Reopen(
      const std::string& path);

  // Adds a launch, which is unfinished until FinishLaunch().
  absl::Status AddLaunch(const Launch& launch);
  absl::Status FinishLaunch(int id);

  // Adds a cell; rows refer to it by `cell.id`.
  absl::Status AddCell(const Cell& cell);

  // Makes what became of one play durable. Ids are unique within the run.
  absl::Status AddTruth(const Truth& truth);

  // Makes `batch` durable in one transaction. A full disk is
  // kResourceExhausted and leaves the file as it was before the call.
  absl::Status Commit(const Batch& batch);

  // Marks the run as finished and folds the WAL into the file.
  absl::Status Finish();

  // The run as stored so far.
  absl::StatusOr<Run> Snapshot() const;

 private:
  // Takes over both; `lock` is a descriptor that says that the file is being
  // written, or -1.
  Writer(sqlite3* database, int lock);
  sqlite3* database_;
  int lock_;
};

// Whether Writer::Create(path) can be expected to work: the name is not taken,
// or by an empty file, and its folder may be written. Says who has it if not.
absl::Status CheckResultIsFree(const std::string& path);

// Reads a result file without changing it. Errors name the file and what is
// wrong: missing, empty, not SQLite, not knotestat's, truncated or damaged,
// from a newer schema (expected and found version).
absl::StatusOr<Run> Read(const std::string& path);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_STORE_H_

// One result file as the server knows it: looked at once for all who watch.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_FILE_WATCH_H_
#define KNOTESTAT_DASHBOARDS_SERVE_FILE_WATCH_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "dashboards/live/latency_history.h"
#include "dashboards/live/run_progress.h"
#include "record/run.h"

namespace knotestat::dashboards {

// Makes a document of a whole run.
using Render =
    std::function<absl::StatusOr<std::string>(const record::Run& run)>;

// The work is bounded by time, not by the number of clients: between two looks,
// and between two documents of an unfinished run, lie twenty times what the
// last one cost, so that no more than 5 % of one CPU goes into either. The file
// is open only meanwhile, never while a client is answered. Thread-safe.
class FileWatch {
 public:
  explicit FileWatch(std::string path) : path_(std::move(path)) {}

  // JSON of the progress, of how much is stored, and of the heat map's columns
  // after `column`: {"progress", "stored", "reported", "cells", "column",
  // "columns"}, or {"problem"}. "stored" counts blocks and detaches, "reported"
  // those of the last document called "report", -1 if there is none yet.
  nlohmann::json Look(uint64_t column);

  // What is known of the run, freshly looked at.
  absl::StatusOr<record::Glance> Glance();

  // The same of a file that a run may just be creating: it is there for some ms
  // before it can be read. Waits for that, 2 s at most, if it has just changed.
  absl::StatusOr<record::Glance> FirstGlance();

  // The document called `kind`, made by `render` or as it was made before. Once
  // the run is finished: with all that it holds.
  absl::StatusOr<std::shared_ptr<const std::string>> Document(
      const std::string& kind, const Render& render);

 private:
  using Clock = std::chrono::steady_clock;

  struct Made {
    std::string version;       // of the file
    Clock::time_point next{};  // not to be made again before
    std::shared_ptr<const std::string> text;
  };

  void LookIfDue();

  const std::string path_;
  std::mutex looking_;
  Clock::time_point next_look_{};
  absl::StatusOr<record::Glance> glance_ = absl::UnknownError("not looked at");
  LatencyHistory history_;
  std::mutex making_;
  std::map<std::string, Made> made_;
  std::atomic<int64_t> reported_{-1};
};

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_FILE_WATCH_H_

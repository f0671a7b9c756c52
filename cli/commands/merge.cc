// knotestat merge: several result files as one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/merge.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/measure_options.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

absl::Status Store(const record::Run& run, record::Writer& writer) {
  for (const record::Launch& launch : run.launches) {
    absl::Status added = writer.AddLaunch(launch);
    if (added.ok() && launch.finished) added = writer.FinishLaunch(launch.id);
    if (!added.ok()) return added;
  }
  for (const record::Cell& cell : run.cells) {
    if (absl::Status added = writer.AddCell(cell); !added.ok()) return added;
  }
  for (const record::Truth& truth : run.truths) {
    if (absl::Status added = writer.AddTruth(truth); !added.ok()) return added;
  }
  if (absl::Status stored = writer.Commit(run.rows); !stored.ok())
    return stored;
  return run.finished ? writer.Finish() : absl::OkStatus();
}

void Remove(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm"})
    unlink((file + suffix).c_str());
}

// Not onto a file that somebody has made meanwhile.
absl::Status Rename(const std::string& from, const std::string& to) {
  // It may be there and empty.
  absl::Status free = record::CheckResultIsFree(to);
  if (!free.ok()) return free;
  if (std::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      to, ": ", from, " cannot be renamed to it: ", std::strerror(errno)));
}

// Half of what was merged would look like a run that was interrupted.
absl::Status Write(const record::Run& run, const std::string& path) {
  absl::Status status = record::CheckResultIsFree(path);
  if (!status.ok()) return status;
  const std::string unfinished = path + ".unfinished";
  // One that a kill has left; not one that is just being written.
  status = record::CheckResultIsFree(unfinished);
  if (absl::IsFailedPrecondition(status)) return status;
  Remove(unfinished);
  {
    const auto writer = record::Writer::Create(unfinished, run.context);
    if (!writer.ok()) return writer.status();
    status = Store(run, **writer);
  }
  if (status.ok() && Interrupted()) {
    status = absl::CancelledError(
        absl::StrCat("interrupted: ", path, " was not written"));
  }
  if (status.ok()) status = Rename(unfinished, path);
  if (!status.ok()) Remove(unfinished);
  return status;
}

ExitCode MergeFiles(const Options& options) {
  absl::Status free = CheckResultName(options.output);
  if (!free.ok()) return Fail(free);
  free = record::CheckResultIsFree(options.output);
  if (!free.ok()) return Fail(free, kFailed);
  std::vector<record::NamedRun> runs;
  for (const std::string& file : options.files) {
    auto run = record::Read(file);
    if (!run.ok()) return Fail(run.status(), kFailed);
    if (!run->finished) {
      Tell(file + ": is not finished; what it has is merged");
    }
    runs.push_back({file, *std::move(run)});
  }
  const auto merged = record::Merge(runs);
  if (!merged.ok()) return Fail(merged.status(), kFailed);
  HandleSignals();
  const absl::Status written = Write(*merged, options.output);
  if (absl::IsCancelled(written)) return Fail(written);
  return written.ok() ? kOk : Fail(written, kFailed);
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto options = std::make_shared<Options>();
  app.add_option("FILES", options->files, "Result files, two or more")
      ->required()
      ->expected(2, 10'000);
  app.add_option("-o,--output", options->output,
                 "Result file to write; must not exist yet")
      ->required();
  return [options] { return MergeFiles(*options); };
}

const CommandRegistration merge_registration({
    "merge",
    "Put result files of one machine together",
    "  knotestat merge monday.db tuesday.db -o both.db\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli

// knotestat merge: several result files as one.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "record/merge.h"

#include <iostream>
#include <memory>

#include "cli/command.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

absl::Status Write(const record::Run& run, const std::string& path) {
  const auto writer = record::Writer::Create(path, run.context);
  if (!writer.ok()) return writer.status();
  for (const record::Launch& launch : run.launches) {
    absl::Status added = (*writer)->AddLaunch(launch);
    if (added.ok() && launch.finished)
      added = (*writer)->FinishLaunch(launch.id);
    if (!added.ok()) return added;
  }
  for (const record::Cell& cell : run.cells) {
    if (absl::Status added = (*writer)->AddCell(cell); !added.ok())
      return added;
  }
  for (const record::Truth& truth : run.truths) {
    if (absl::Status added = (*writer)->AddTruth(truth); !added.ok())
      return added;
  }
  if (absl::Status stored = (*writer)->Commit(run.rows); !stored.ok())
    return stored;
  return run.finished ? (*writer)->Finish() : absl::OkStatus();
}

ExitCode MergeFiles(const Options& options) {
  std::vector<record::NamedRun> runs;
  for (const std::string& file : options.files) {
    auto run = record::Read(file);
    if (!run.ok()) return Fail(run.status(), kFailed);
    if (!run->finished) {
      std::cerr << "knotestat: " << file
                << ": is not finished; what it has is merged\n";
    }
    runs.push_back({file, *std::move(run)});
  }
  const auto merged = record::Merge(runs);
  if (!merged.ok()) return Fail(merged.status(), kFailed);
  const absl::Status written = Write(*merged, options.output);
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

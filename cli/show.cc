// SPDX-License-Identifier: BSD-2-Clause
#include "cli/show.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "analysis/figures.h"
#include "analysis/repetitions.h"
#include "cli/choice_view.h"
#include "cli/nearest.h"
#include "cli/terminal_screen.h"
#include "dashboards/format.h"
#include "dashboards/html_report.h"
#include "dashboards/text_report.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

dashboards::TextOptions OptionsForTerminal(const record::Run& run) {
  dashboards::TextOptions options;
  options.detaches = run.rows.detaches;
  options.buckets = run.rows.buckets;
  if (!isatty(STDOUT_FILENO)) return options;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    options.width = std::clamp<int>(size.ws_col, 80, 120);
  const dashboards::TextStyle style = StyleOfOutput();
  options.color = style.color;
  options.unicode = style.unicode;
  return options;
}

absl::Status CannotWrite(const std::string& path, const std::string& why) {
  return absl::InternalError(absl::StrCat(path, ": cannot be written: ", why));
}

bool IsDatabase(const std::string& path) {
  constexpr char kMagic[] = "SQLite format 3";
  char begin[sizeof kMagic] = {};
  std::ifstream(path, std::ios::binary).read(begin, sizeof begin);
  return std::memcmp(begin, kMagic, sizeof kMagic) == 0;
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

void Show(const record::Run& run, Form form,
          const analysis::Requirements& requirements) {
  const record::Figures figures = analysis::Analyze(run);
  switch (form) {
    case Form::kJson:
      std::cout << record::Dump(record::ToJson(figures)) << "\n";
      return;
    case Form::kText:
      std::cout << dashboards::TextReport(
          figures, ViewOf(analysis::Choose(run, figures, requirements)),
          OptionsForTerminal(run));
      return;
  }
}

absl::Status CheckMeasured(const std::string& file, const record::Run& run) {
  if (!run.cells.empty() || run.truths.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      file,
      ": holds truth workloads alone, which say whether promises are kept and "
      "have no figures: `knotestat report` shows them, `knotestat run "
      "--workload submit` measures"));
}

std::vector<std::string> WorkloadsOf(const record::Run& run) {
  std::vector<std::string> names;
  for (const record::Cell& cell : run.cells) {
    if (std::find(names.begin(), names.end(), cell.workload) == names.end())
      names.push_back(cell.workload);
  }
  return names;
}

absl::Status CheckFormat(const std::string& name) {
  if (dashboards::FindFormat(name) != nullptr) return absl::OkStatus();
  std::vector<std::string> known;
  for (const auto& format : dashboards::Formats()) known.push_back(format.name);
  return Unknown("format", name, known);
}

namespace {

absl::StatusOr<std::string> Formatted(const record::Run& run,
                                      const std::string& name,
                                      const dashboards::TextOptions& text) {
  if (absl::Status status = CheckFormat(name); !status.ok()) return status;
  const dashboards::Format* format = dashboards::FindFormat(name);
  const record::Figures figures = analysis::Analyze(run);
  const dashboards::Choice choice = ViewOf(analysis::Choose(run, figures, {}));
  const auto repetitions = analysis::RepetitionsOf(run);
  return format->write({run, figures, choice, repetitions, text});
}

}  // namespace

absl::StatusOr<std::string> InFormat(const record::Run& run,
                                     const std::string& format) {
  dashboards::TextOptions text;
  text.detaches = run.rows.detaches;
  text.buckets = run.rows.buckets;
  return Formatted(run, format, text);
}

absl::Status WriteAs(const record::Run& run, const std::string& format,
                     const std::string& path) {
  const auto document = path == "-"
                            ? Formatted(run, format, OptionsForTerminal(run))
                            : InFormat(run, format);
  return document.ok() ? WriteFile(path, *document) : document.status();
}

absl::Status WriteHtml(const record::Run& run, const std::string& path,
                       const analysis::Requirements& requirements) {
  const record::Figures figures = analysis::Analyze(run);
  auto page = dashboards::HtmlReport(
      run, figures, ViewOf(analysis::Choose(run, figures, requirements)));
  if (!page.ok()) return page.status();
  return WriteFile(path, *page);
}

absl::Status WriteHtmlWithoutRun(const absl::Status& why,
                                 const std::string& path) {
  auto page = dashboards::HtmlWithoutRun(std::string(why.message()));
  return page.ok() ? WriteFile(path, *page) : page.status();
}

absl::Status CheckWritable(const std::string& path) {
  if (path == "-") return absl::OkStatus();
  struct stat there = {};
  if (stat(path.c_str(), &there) == 0) {
    if (S_ISDIR(there.st_mode))
      return CannotWrite(path, "it is a folder: name a file in it");
    if (access(path.c_str(), W_OK) != 0)
      return CannotWrite(path, std::strerror(errno));
    if (!S_ISREG(there.st_mode)) return absl::OkStatus();
    if (IsDatabase(path)) {
      return absl::AlreadyExistsError(
          absl::StrCat(path,
                       ": is a result file (or another SQLite database), "
                       "which is never overwritten: choose another name"));
    }
  }
  const std::string folder = FolderOf(path);
  return access(folder.c_str(), W_OK | X_OK) == 0
             ? absl::OkStatus()
             : CannotWrite(path, absl::StrCat("its folder ", folder, ": ",
                                              std::strerror(errno)));
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  if (path == "-") {
    std::cout << content << std::flush;
    return std::cout ? absl::OkStatus()
                     : absl::InternalError("cannot write to standard output");
  }
  if (absl::Status status = CheckWritable(path); !status.ok()) return status;
  std::error_code ignored;
  // Through a link, so that it stays one.
  const std::string target =
      std::filesystem::weakly_canonical(path, ignored).string();
  const bool replace = ignored || !std::filesystem::exists(target, ignored) ||
                       std::filesystem::is_regular_file(target, ignored);
  const std::string written = replace ? target + ".unfinished" : target;
  std::ofstream file(written, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (file && (!replace || std::rename(written.c_str(), target.c_str()) == 0))
    return absl::OkStatus();
  const int error = errno;
  if (replace) std::remove(written.c_str());
  return CannotWrite(path, std::strerror(error));
}

}  // namespace knotestat::cli

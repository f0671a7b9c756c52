// SPDX-License-Identifier: BSD-2-Clause
#include "cli/show.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "analysis/figures.h"
#include "cli/choice_view.h"
#include "dashboards/csv_report.h"
#include "dashboards/html_report.h"
#include "dashboards/text_report.h"
#include "record/json.h"

namespace knotestat::cli {
namespace {

dashboards::TextOptions OptionsForTerminal(const record::Run& run) {
  dashboards::TextOptions options;
  options.detaches = run.rows.detaches;
  if (!isatty(STDOUT_FILENO)) return options;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    options.width = std::clamp<int>(size.ws_col, 80, 120);
  const char* no_color = std::getenv("NO_COLOR");
  options.color = no_color == nullptr || *no_color == '\0';
  std::setlocale(LC_CTYPE, "");
  options.unicode = std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  return options;
}

}  // namespace

void Show(const record::Run& run, Form form,
          const analysis::Requirements& requirements) {
  const record::Figures figures = analysis::Analyze(run);
  switch (form) {
    case Form::kJson:
      std::cout << record::Dump(record::ToJson(figures)) << "\n";
      return;
    case Form::kCsv:
      std::cout << dashboards::CsvReport(figures);
      return;
    case Form::kText:
      std::cout << dashboards::TextReport(
          figures, ViewOf(analysis::Choose(run, figures, requirements)),
          OptionsForTerminal(run));
      return;
  }
}

absl::Status WriteHtml(const record::Run& run, const std::string& path) {
  const record::Figures figures = analysis::Analyze(run);
  auto page = dashboards::HtmlReport(
      run, figures, ViewOf(analysis::Choose(run, figures, {})));
  if (!page.ok()) return page.status();
  return WriteFile(path, *page);
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  if (path == "-") {
    std::cout << content << std::flush;
    return std::cout ? absl::OkStatus()
                     : absl::InternalError("cannot write to standard output");
  }
  const std::string unfinished = path + ".unfinished";
  const auto failed = [&](const char* what) {
    const int error = errno;
    std::remove(unfinished.c_str());
    return absl::InternalError(
        absl::StrCat("cannot ", what, " '", path, "': ", std::strerror(error)));
  };
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    if (!file) return failed("create");
    file << content;
    file.close();
    if (!file) return failed("write");
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0)
    return failed("create");
  return absl::OkStatus();
}

}  // namespace knotestat::cli

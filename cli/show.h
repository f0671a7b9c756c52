// A run on standard output, as text or JSON, and as a page.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_SHOW_H_
#define KNOTESTAT_CLI_SHOW_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analysis/choose.h"
#include "record/run.h"

namespace knotestat::cli {

enum class Form { kText, kJson };

// kInvalidArgument if there is no format of that name; says which are known.
absl::Status CheckFormat(const std::string& name);

// kFailedPrecondition if `run`, read from `file`, holds truth workloads alone:
// they have no figures that could be compared or chosen by.
absl::Status CheckMeasured(const std::string& file, const record::Run& run);

// The workloads of a run's cells, each once.
std::vector<std::string> WorkloadsOf(const record::Run& run);

// `run` in the format of that name, as it is outside of a terminal. Errors of
// WriteAs(). Thread-safe.
absl::StatusOr<std::string> InFormat(const record::Run& run,
                                     const std::string& format);

// `run` in the format of that name (dashboards/format.h), written to `path`
// ("-": standard output), whole or not at all. Errors of
// CheckFormat(); kFailedPrecondition if the run holds nothing that this format
// could show. Colour and block characters only for a
// terminal, and not with NO_COLOR.
absl::Status WriteAs(const record::Run& run, const std::string& format,
                     const std::string& path);

// Prints `run`: the figures as JSON, or the text report with the choice under
// `requirements`.
void Show(const record::Run& run, Form form,
          const analysis::Requirements& requirements = {});

// Writes the HTML report to `path`, whole or not at all, with the choice under
// `requirements`.
absl::Status WriteHtml(const record::Run& run, const std::string& path,
                       const analysis::Requirements& requirements = {});

// Writes a page that says why there is no run to `path`.
absl::Status WriteHtmlWithoutRun(const absl::Status& why,
                                 const std::string& path);

// Whether WriteFile() can be expected to work, before there is anything to
// write. A result file is never overwritten (kAlreadyExists).
absl::Status CheckWritable(const std::string& path);

// Writes `content` to `path` ("-": standard output), whole or not at all. What
// is not a regular file, such as /dev/null, is written to and stays what it is.
absl::Status WriteFile(const std::string& path, const std::string& content);

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_SHOW_H_

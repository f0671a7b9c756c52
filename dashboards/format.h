// The forms in which a run can be shown, one file each in dashboards/formats,
// which register themselves.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_FORMAT_H_
#define KNOTESTAT_DASHBOARDS_FORMAT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dashboards/choice.h"
#include "dashboards/text_report.h"
#include "record/figures.h"
#include "record/repetitions.h"
#include "record/run.h"

namespace knotestat::dashboards {

// A run and all that was made of it. Refers to its parts.
struct FormatInput {
  const record::Run& run;
  const record::Figures& figures;  // of `run`
  const Choice& choice;
  const std::vector<record::Repetitions>& repetitions;  // of `run`
  TextOptions text = {};
};

struct Format {
  std::string name;     // of --format
  std::string summary;  // one line
  // The whole document. kFailedPrecondition if the run holds nothing that it
  // could show: says what is missing and how to measure it. Thread-safe.
  absl::StatusOr<std::string> (*write)(const FormatInput& input);
};

class FormatRegistration {
 public:
  explicit FormatRegistration(const Format& format);
};

// All formats, by name.
const std::vector<Format>& Formats();

// Null if there is none of that name.
const Format* FindFormat(std::string_view name);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_FORMAT_H_

// The text report. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/format.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration text_registration({
    "text",
    "the report for people",
    [](const FormatInput& input) -> absl::StatusOr<std::string> {
      return TextReport(input.figures, input.choice, input.text);
    },
});

}  // namespace
}  // namespace knotestat::dashboards

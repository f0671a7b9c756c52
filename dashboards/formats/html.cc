// The page. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/format.h"
#include "dashboards/html_report.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration html_registration({
    "html",
    "one self-contained page",
    [](const FormatInput& input) {
      return HtmlReport(input.run, input.figures, input.choice);
    },
});

}  // namespace
}  // namespace knotestat::dashboards

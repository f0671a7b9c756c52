// The files of dashboards/report/, embedded by cmake/Embed.cmake.
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_REPORT_ASSETS_H_
#define KNOTESTAT_DASHBOARDS_REPORT_ASSETS_H_

#include <string_view>

namespace knotestat::dashboards {

extern const std::string_view kReportTemplate;
extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;
// Base64 of the SHA-256 of each, for the content security policy.
extern const std::string_view kReportTemplateSha256;
extern const std::string_view kReportStyleSha256;
extern const std::string_view kReportScriptSha256;

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_REPORT_ASSETS_H_

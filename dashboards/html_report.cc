// A run as one HTML page. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/html_report.h"

#include <map>
#include <string_view>

#include "dashboards/report_assets.h"
#include "dashboards/report_data.h"
#include "record/json.h"

namespace knotestat::dashboards {
namespace {

// JSON that can stand inside <script>: no byte of it can end the element or
// open a comment.
std::string JsonForScript(const nlohmann::json& data) {
  std::string text;
  for (char c : record::Dump(data, -1)) {
    switch (c) {
      case '<':
        text += "\\u003c";
        break;
      case '>':
        text += "\\u003e";
        break;
      case '&':
        text += "\\u0026";
        break;
      default:
        text += c;
    }
  }
  return text;
}

// Replaces each @NAME@ of the template; what is put in is not looked at again.
std::string FillTemplate(
    std::string_view page,
    const std::map<std::string_view, std::string_view>& values) {
  std::string text;
  while (true) {
    const size_t mark = page.find('@');
    text += page.substr(0, mark);
    if (mark == std::string_view::npos) return text;
    page.remove_prefix(mark + 1);
    const size_t end = page.find('@');
    const auto value = values.find(page.substr(0, end));
    if (end == std::string_view::npos || value == values.end()) {
      text += '@';
      continue;
    }
    text += value->second;
    page.remove_prefix(end + 1);
  }
}

}  // namespace

absl::StatusOr<std::string> HtmlReport(const record::Run& run,
                                       const record::Figures& figures,
                                       const Choice& choice) {
  const absl::StatusOr<nlohmann::json> data = ReportData(run, figures, choice);
  if (!data.ok()) return data.status();
  const std::string json = JsonForScript(*data);
  return FillTemplate(kReportTemplate, {{"STYLE", kReportStyle},
                                        {"STYLE_SHA256", kReportStyleSha256},
                                        {"SCRIPT", kReportScript},
                                        {"SCRIPT_SHA256", kReportScriptSha256},
                                        {"DATA", json}});
}

}  // namespace knotestat::dashboards

// A run as one HTML page. SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/html_report.h"

#include <zlib.h>

#include <map>
#include <string_view>

#include "absl/strings/escaping.h"
#include "dashboards/report_assets.h"
#include "dashboards/report_data.h"
#include "record/json.h"

namespace knotestat::dashboards {
namespace {

// As the page unpacks it: JSON, deflated (RFC 1950), base64. No byte of it can
// end the element that it stands in.
absl::StatusOr<std::string> Packed(const nlohmann::json& data) {
  const std::string json = record::Dump(data, -1);
  uLongf size = compressBound(json.size());
  std::string packed(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                             reinterpret_cast<const Bytef*>(json.data()),
                             json.size(), Z_DEFAULT_COMPRESSION);
  if (code != Z_OK) {
    return absl::ResourceExhaustedError(
        "the data of the page cannot be compressed (zlib says " +
        std::to_string(code) + "): free memory and try again");
  }
  packed.resize(size);
  return absl::Base64Escape(packed);
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

std::string PageWith(std::string_view data) {
  return FillTemplate(kReportTemplate, {{"STYLE", kReportStyle},
                                        {"STYLE_SHA256", kReportStyleSha256},
                                        {"SCRIPT", kReportScript},
                                        {"SCRIPT_SHA256", kReportScriptSha256},
                                        {"DATA", data}});
}

}  // namespace

absl::StatusOr<std::string> HtmlReport(const record::Run& run,
                                       const record::Figures& figures,
                                       const Choice& choice) {
  const absl::StatusOr<nlohmann::json> data = ReportData(run, figures, choice);
  if (!data.ok()) return data.status();
  const absl::StatusOr<std::string> packed = Packed(*data);
  if (!packed.ok()) return packed.status();
  return PageWith(*packed);
}

absl::StatusOr<std::string> HtmlWithoutRun(const std::string& why) {
  const absl::StatusOr<std::string> packed = Packed({{"failed", why}});
  if (!packed.ok()) return packed.status();
  return PageWith(*packed);
}

}  // namespace knotestat::dashboards

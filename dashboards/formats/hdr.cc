// HdrHistogram's two files: the percentile text that its plotters read
// (.hgrm), and the log with one compressed histogram for each tag (.hlog).
//
// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "dashboards/format.h"
#include "dashboards/latency_histograms.h"

namespace knotestat::dashboards {
namespace {

constexpr double kNsPerMs = 1e6;

absl::StatusOr<std::string> PercentileTexts(const FormatInput& input) {
  const auto histograms = LatencyHistograms(input.run, input.figures);
  if (!histograms.ok()) return histograms.status();
  std::string text;
  for (const LatencyHistogram& histogram : *histograms) {
    absl::StrAppend(&text, "#[Histogram: ", histogram.tag, ", values in ns]\n",
                    histogram.ns.PercentileText());
  }
  return text;
}

// Seconds since 1970 of ISO 8601 such as "2026-01-02T03:04:05+00:00"; 0 if it
// is not one.
double SecondsSinceEpoch(const std::string& started_at) {
  std::tm time{};
  const char* end = strptime(started_at.c_str(), "%Y-%m-%dT%H:%M:%S%z", &time);
  if (end == nullptr) return 0;
  const long offset = time.tm_gmtoff;  // timegm() clears it
  return static_cast<double>(timegm(&time) - offset);
}

absl::StatusOr<std::string> Log(const FormatInput& input) {
  const auto histograms = LatencyHistograms(input.run, input.figures);
  if (!histograms.ok()) return histograms.status();
  char line[128];
  std::snprintf(line, sizeof line, "#[StartTime: %.3f (seconds since epoch)]\n",
                SecondsSinceEpoch(input.run.context.started_at));
  std::string text = absl::StrCat(
      "#[Histogram log format version 1.3]\n",
      "#[Values in ns; Interval_Max in ms; logged by knotestat]\n", line,
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
      "\"Interval_Compressed_Histogram\"\n");
  for (const LatencyHistogram& histogram : *histograms) {
    const auto counts = histogram.ns.CompressedBase64();
    if (!counts.ok()) return counts.status();
    std::snprintf(line, sizeof line, ",0.000,%.3f,%.3f,", histogram.seconds,
                  static_cast<double>(histogram.ns.max()) / kNsPerMs);
    absl::StrAppend(&text, "Tag=", histogram.tag, line, *counts, "\n");
  }
  return text;
}

const FormatRegistration hdr_registration({
    "hdr",
    "HdrHistogram percentile text (.hgrm), one after the other",
    PercentileTexts,
});
const FormatRegistration hdr_log_registration({
    "hdr-log",
    "HdrHistogram log (.hlog), a tag for each distribution",
    Log,
});

}  // namespace
}  // namespace knotestat::dashboards

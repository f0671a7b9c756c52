// The picture of a difference. SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/flame/difference.h"
#include "analysis/flame/svg.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

// Of Okabe and Ito's set, so that colour-blind readers can tell them.
constexpr uint32_t kGrew = 0xd55e00;
constexpr uint32_t kShrank = 0x0072b2;

double ShareOf(uint64_t part, uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

// The larger the part of its share that a frame won or lost, the less white is
// mixed in.
std::string ChangeColor(const Difference& difference,
                        const FrameChange& frame) {
  if (!frame.significant) return "#d0d0d0";
  const double larger = std::max(ShareOf(frame.before, difference.before_total),
                                 ShareOf(frame.after, difference.after_total));
  const double white = 0.5 * (1 - std::fabs(frame.change) / larger);
  const uint32_t full = frame.change > 0 ? kGrew : kShrank;
  uint32_t color = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    const double channel = full >> shift & 0xff;
    color = color << 8 | static_cast<uint32_t>(
                             std::lround(channel + (255 - channel) * white));
  }
  return absl::StrFormat("#%06x", color);
}

std::string DetailOf(const Difference& difference, const FrameChange& frame) {
  return absl::StrFormat(
      "%.2f %% before, %.2f %% after: %+.2f points [%+.2f, %+.2f], %s",
      100 * ShareOf(frame.before, difference.before_total),
      100 * ShareOf(frame.after, difference.after_total), 100 * frame.change,
      100 * frame.lo, 100 * frame.hi,
      frame.significant ? absl::StrFormat("p %.2g", frame.adjusted_p)
                        : "not significant");
}

}  // namespace

std::string DifferenceSvg(const Difference& difference,
                          const std::string& before, const std::string& after) {
  SvgOptions options;
  options.title = absl::StrCat(before, " against ", after);
  options.summary = absl::StrCat(
      FormatValue(difference.before_total, difference.unit), " before, ",
      FormatValue(difference.after_total, difference.unit), " after; ",
      difference.significant, " of ", difference.changes.size() - 1,
      " frames differ, ", difference.tested,
      difference.unit == "ns" ? " were seen often enough"
                              : " have samples enough",
      " to tell. Orange grew, blue shrank, grey may be "
      "chance.");
  options.detail = [&](uint32_t node) {
    return DetailOf(difference, difference.changes[node]);
  };
  options.color = [&](uint32_t node) {
    return ChangeColor(difference, difference.changes[node]);
  };
  return FlameSvg(difference.tree, options);
}

}  // namespace knotestat::flame

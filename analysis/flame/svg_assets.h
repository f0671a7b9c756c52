// Style and script of the flame graph's SVG; embedded from svg.css and svg.js
// by cmake/Embed.cmake. SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_SVG_ASSETS_H_
#define KNOTESTAT_ANALYSIS_FLAME_SVG_ASSETS_H_

#include <string_view>

namespace knotestat::flame {

extern const std::string_view kSvgStyle;
extern const std::string_view kSvgScript;
// As a content security policy wants them.
extern const std::string_view kSvgStyleSha256;
extern const std::string_view kSvgScriptSha256;

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_SVG_ASSETS_H_

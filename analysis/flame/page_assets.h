// The files of analysis/flame/page, embedded by cmake/Embed.cmake.
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_PAGE_ASSETS_H_
#define KNOTESTAT_ANALYSIS_FLAME_PAGE_ASSETS_H_

#include <string_view>

namespace knotestat::flame {

extern const std::string_view kPageTemplate;
extern const std::string_view kPageStyle;
extern const std::string_view kPageScript;
// As a content security policy wants them.
extern const std::string_view kPageTemplateSha256;
extern const std::string_view kPageStyleSha256;
extern const std::string_view kPageScriptSha256;

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_PAGE_ASSETS_H_

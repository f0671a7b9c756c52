// The files of dashboards/live/, embedded by cmake/Embed.cmake.
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LIVE_LIVE_ASSETS_H_
#define KNOTESTAT_DASHBOARDS_LIVE_LIVE_ASSETS_H_

#include <string_view>

namespace knotestat::dashboards {

extern const std::string_view kLiveTemplate;  // the body of the live page
extern const std::string_view kLiveStyle;
extern const std::string_view kLiveScript;

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LIVE_LIVE_ASSETS_H_
